"""``zoo generate --licence … --no-training``: said in each picture, shown, and honoured."""

from __future__ import annotations

import json
from pathlib import Path

MODEL = ("generate", "--model", "stylegan-lite", "--batch", "2", "--seed", "3")
TERMS = ("--licence", "CC-BY-4.0", "--no-training")


def test_a_picture_that_may_not_be_trained_on(call_zoo, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = call_zoo(*MODEL, *TERMS, "-n", "2", "--grid", "--out", out)
    assert made.returncode == 0, made.stderr
    names = sorted(p.name for p in out.iterdir())
    assert len(names) == 3
    said = call_zoo("verify", out, "--long")
    assert said.stdout.count("Licence: CC-BY-4.0.") == 3
    assert "It may not be used for:" in said.stdout
    for file in json.loads(call_zoo("verify", out, "--json").stdout)["files"]:
        (c2pa,) = (e for e in file["evidence"] if e["examiner"] == "c2pa")
        assert (c2pa["state"], c2pa["details"]["licence"]) == ("Trusted", "CC-BY-4.0")
        assert c2pa["details"]["uses"]["ai_generative_training"] == "notAllowed"
        assert "failures" not in c2pa["details"]
    replayed = call_zoo("replay", out / names[0])
    assert (replayed.returncode, "bitwise the same" in replayed.stdout) == (0, True)

    free = call_zoo(*MODEL, "-n", "1", "--out", tmp_path / "free")
    assert free.returncode == 0
    prepared = call_zoo("data", "prepare", out, tmp_path / "free", tmp_path / "data")
    assert prepared.returncode == 0, prepared.stderr
    card = json.loads((tmp_path / "data/data.json").read_text())
    assert sum(card["counts"].values()) == 1
    assert sorted(entry["path"] for entry in card["excluded"]) == names
    assert "notAllowed" in card["excluded"][0]["reason"]


def test_a_run_is_resumed_with_its_terms_only(call_zoo, tmp_path: Path) -> None:
    run = (*MODEL, "--out", tmp_path, "--json")
    first = json.loads(call_zoo(*run, *TERMS, "-n", "1").stdout)["images"]
    for words in ((), ("--no-training",), ("--licence", "CC0-1.0", "--no-training")):
        other = call_zoo(*run, *words, "-n", "2", "--resume")
        assert (other.returncode, "another request" in other.stderr) == (2, True)
    resumed = json.loads(call_zoo(*run, *TERMS, "-n", "2", "--resume").stdout)["images"]
    assert (resumed[0], len(resumed)) == (first[0], 2)


def test_an_impossible_licence_is_wrong_usage(call_zoo, tmp_path: Path) -> None:
    done = call_zoo(*MODEL, "-n", "1", "--licence", "two\nlines", "--out", tmp_path / "out")
    assert (done.returncode, "one line" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
