"""``zoo tune``: from a model and a reward to a folder that generates."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from zoo.catalogue import find_card
from zoo_cli.tune import _advise

QUICK = ("--images", "320", "--batch", "8", "--learning-rate", "3e-3", "--penalty", "5",
         "--device", "cpu")  # fmt: skip


def test_tune_then_generate(call_zoo, tinted: None, tiny_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "tuned"
    done = call_zoo("tune", tiny_model, "--reward", "redness", "--out", out, *QUICK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("redness ")
    assert "on 128 held-out latents" in done.stdout
    assert str(out / "tiny.safetensors") in done.stdout
    assert "no judge knows all labels" in done.stderr
    assert f"zoo generate --model {out}" in done.stderr
    sheet = out / "before-after.png"
    assert Image.open(sheet).size == (8 * 18, 8 * 17)
    assert call_zoo("verify", sheet, "--expect", "issued-here").returncode == 0
    assert Image.open(out / "plot.png").width > 1000
    made = call_zoo("generate", "--model", out, "-n", "2", "--out", tmp_path / "o", "--json")
    assert made.returncode == 0, made.stderr
    picture = json.loads(made.stdout)["images"][0]
    assert picture["model"] == "tiny.tuned"
    assert call_zoo("replay", picture["path"], "--model", out).returncode == 0


def test_json_of_the_bundled_model(call_zoo, tmp_path: Path) -> None:
    weights = find_card("stylegan-lite").weights[0]
    out = tmp_path / "tuned"
    done = call_zoo("tune", "stylegan-lite", "--reward", "sharpness", "--out", out, "--json",
                    "--images", "16", "--batch", "16", "--learning-rate", "1e-4",
                    "--option", "truncation=0.7", "--device", "cpu")  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["schema"] == 1
    assert report["model"] == "stylegan-lite.fruits360"
    assert report["after"]["reward"] > report["before"]["reward"]
    assert report["moved"] > 0
    tuned = json.loads((out / "stylegan-lite.json").read_text())
    assert tuned["sha256"] == report["sha256"] != weights.sha256
    assert tuned["tuned"]["parent_sha256"] == weights.sha256
    assert tuned["tuned"]["options"] == {"truncation": 0.7}
    assert tuned["licence"] == "Apache-2.0"
    assert hashlib.sha256(weights.read().data).hexdigest() == weights.sha256


def test_the_rewards_are_listed(call_zoo, tinted: None) -> None:
    text = call_zoo("tune", "--list")
    assert text.returncode == 0
    assert "redness" in text.stdout
    assert "(needs labels)" in text.stdout
    found = json.loads(call_zoo("tune", "--list", "--json").stdout)["rewards"]
    assert {r["name"]: r["needs_labels"] for r in found}["label-confidence"] is True
    assert "zoo_rewards" in call_zoo("plugins").stdout


@pytest.mark.parametrize(
    ("penalty", "lower"),
    [(50.0, "--penalty 25; it was 50)"), (0.0, "--images 2000; they were 1000)")],
)
def test_advice_names_values_to_try(
    capsys: pytest.CaptureFixture[str], penalty: float, lower: str
) -> None:
    """A reward that did not rise, and labels that are no longer seen."""
    report = SimpleNamespace(
        path=Path("my runs/x.safetensors"), judge="fruits360", accuracy=(1.0, 0.8), images=1000,
        before=SimpleNamespace(mean=2.0), after=SimpleNamespace(mean=1.0),
    )  # fmt: skip
    _advise(report, "stylegan-lite", SimpleNamespace(penalty=penalty))
    said = capsys.readouterr().err
    assert f"{lower}\n" in said
    assert f"--penalty ({'200' if penalty else '50'}, say" in said
    assert "zoo rate which-is-better stylegan-lite 'my runs'" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "zoo tune MODEL --reward NAME"),
        (("stamp", "--reward", "redness"), "stamp.none cannot be tuned"),
        (("stylegan-lite", "--reward", "beauty"), "unknown reward 'beauty'"),
        (("stylegan-lite", "--reward", "redness", "--option", "steps"), "NAME=VALUE"),
        (("stylegan-lite", "--reward", "redness", "--option", "steps=4"), "unknown option 'steps'"),
        (("stylegan-lite", "--reward", "redness", "--learning-rate", "7"), "learning_rate is 7.0"),
        (("stylegan-lite", "--reward", "redness", "--images", "9", "--minutes", "1"), "one way"),
    ],
)
def test_wrong_usage_is_one_line(
    call_zoo, tinted: None, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "out"
    done = call_zoo("tune", *words, "--out", out)
    assert done.returncode == 2
    assert message in done.stderr
    assert not done.stdout
    assert not out.exists()
