"""Words and pictures that models are given, and where they are kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import zoo
from zoo.errors import ReplayError
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record

RED = ("generate", "--model", "worded", "-n", "1", "--seed", "3", "--json")
SECRET = ("--prompt", "red", "--negative-prompt", "my neighbour")

pytestmark = pytest.mark.usefixtures("worded")


def made(done) -> dict:
    assert done.returncode == 0, done.stderr
    (image,) = json.loads(done.stdout)["images"]
    return image


def in_ledger(image: dict) -> Record:
    ledger = open_ledger(create=False)
    row = ledger.by_sha256(image["sha256"])
    ledger.close()
    return Record.from_json(row.record)


def test_a_prompt_stays_in_the_ledger_from_which_the_picture_is_made_again(
    call_zoo, tmp_path: Path
) -> None:
    image = made(call_zoo(*RED, *SECRET, "--out", tmp_path))
    path = Path(image["path"])
    assert b"neighbour" not in path.read_bytes()
    assert b'"prompt"' not in path.read_bytes()
    record = in_ledger(image)
    assert (record.prompt, record.options["negative_prompt"]) == ("red", "my neighbour")
    assert "bitwise the same" in call_zoo("replay", path).stdout
    assert call_zoo("verify", path, "--expect", "issued-here").returncode == 0
    resumed = made(call_zoo(*RED, *SECRET, "--out", tmp_path, "--resume"))
    assert resumed["sha256"] == image["sha256"]


def test_elsewhere_it_cannot_be_made_again_and_the_reason_is_said(
    call_zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(call_zoo(*RED, *SECRET, "--out", tmp_path))["path"]
    monkeypatch.setenv("ZOO_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(ReplayError, match="its prompt was not signed into it"):
        zoo.replay(path)


def test_a_signed_prompt_is_for_all(
    call_zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(made(call_zoo(*RED, *SECRET, "--sign-prompt", "--out", tmp_path))["path"])
    assert b"my neighbour" in path.read_bytes()
    monkeypatch.setenv("ZOO_HOME", str(tmp_path / "elsewhere"))
    assert zoo.replay(path).nearness == "identical"


def test_a_picture_to_begin_with_becomes_the_parent(call_zoo, tmp_path: Path) -> None:
    begun = tmp_path / "begun.jpg"
    Image.effect_noise((96, 48), 60).convert("RGB").save(begun)
    image = made(call_zoo(*RED, *SECRET, "--image", begun, "--size", "160", "--out", tmp_path))
    assert Image.open(image["path"]).size == (160, 80)
    assert in_ledger(image).inputs == (hashlib.sha256(begun.read_bytes()).hexdigest(),)
    answer = json.loads(call_zoo("verify", image["path"], "--json").stdout)["files"][0]
    assert (answer["verdict"], answer["origin"]) == ("issued-here", "ai-edited")
    (c2pa,) = (e for e in answer["evidence"] if e["examiner"] == "c2pa")
    (parent,) = c2pa["details"]["ingredients"]
    assert (parent["title"], parent["relationship"]) == ("begun.jpg", "parentOf")
    assert "--image FILE" in call_zoo("replay", image["path"]).stderr
    assert "bitwise" in call_zoo("replay", image["path"], "--image", begun).stdout
    other = tmp_path / "other.png"
    Image.new("RGB", (96, 48)).save(other)
    assert "another picture" in call_zoo("replay", image["path"], "--image", other).stderr


def test_sizes_that_are_no_multiples_are_made_larger_and_scaled(call_zoo, tmp_path: Path) -> None:
    image = made(call_zoo(*RED, "--prompt", "blue", "--size", "250x130", "--out", tmp_path))
    assert Image.open(image["path"]).size == (250, 130)
    record = in_ledger(image)
    assert (record.size, record.native_size) == ((130, 250), (144, 256))
    assert "bitwise" in call_zoo("replay", image["path"]).stdout


def test_what_a_model_cannot_do_is_said(call_zoo, tmp_path: Path) -> None:
    fruit = ("generate", "--model", "stylegan-lite", "--out", tmp_path)
    for words, said in (
        ((*RED,), "give them as the prompt (--prompt)"),
        ((*fruit, "--prompt", "a pear"), "takes no prompt"),
        ((*fruit, "--image", tmp_path / "no.png"), "cannot begin with a picture"),
        ((*fruit, "--size", "300x200"), "pictures of one shape"),
        ((*fruit, "--size", "wide"), "such as 512 or 768x512"),
        ((*RED, "--prompt", "red", "--image", tmp_path / "no.png"), "no.png"),
        ((*RED, "--prompt", "x" * 10_001), "at most 10000"),
        ((*RED, "--prompt", "red", "--size", "4096x9000"), "16 to 4096 pixels a side"),
    ):
        done = call_zoo(*words)
        assert done.returncode in (1, 2)
        assert said in done.stderr
        assert done.stderr.count("\n") <= 2


def test_a_picture_of_a_model_by_reference_is_made_again_without_fetching(
    call_zoo, tmp_path: Path
) -> None:
    words = ("generate", "-n", "1", "--prompt", "red", "--out", tmp_path, "--json", "--model")
    done = call_zoo(*words, "worded:blue")
    assert "model worded:blue" in done.stderr
    assert Path(made(done)["path"]).name.startswith("worded-blue-")
    assert "bitwise" in call_zoo("replay", made(done)["path"]).stdout
    red = made(call_zoo(*words, "worded:red"))["path"]
    assert "this fetches it: paint red" in call_zoo("replay", red).stderr
    assert "bitwise" in call_zoo("replay", red, "--model", "worded:red").stdout
    answer = json.loads(call_zoo("verify", red, "--replay", "--json").stdout)["files"][0]
    assert answer["verdict"] == "issued-here"


def test_pixels_of_a_prompt_in_python(tmp_path: Path) -> None:
    model = zoo.load("worded", device="cpu")
    red, blue = (next(model.generate(1, seed=1, prompt=word)) for word in ("red", "blue"))
    assert red.record.prompt == "red"
    assert np.argmax(red.pixels.mean((0, 1))) == 0
    assert np.argmax(blue.pixels.mean((0, 1))) == 2


def test_a_record_with_a_prompt_proves_a_picture_without_marks(call_zoo, tmp_path: Path) -> None:
    image = made(call_zoo(*RED, *SECRET, "--out", tmp_path))
    record = tmp_path / "record.json"
    record.write_text(in_ledger(image).to_json())
    bare = tmp_path / "bare.jpg"
    Image.open(image["path"]).save(bare, quality=90)
    table = call_zoo("verify", bare, "--record", record, "--json").stdout
    (replay,) = (e for e in json.loads(table)["files"][0]["evidence"] if e["examiner"] == "replay")
    assert replay["state"] == "same"
