"""``zoo generate`` as a person meets it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record

MODEL = ("generate", "--model", "stylegan-lite", "--batch", "2")


def images(done) -> list[dict]:
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    return table["images"]


def test_pictures_and_what_is_said_of_them(call_zoo, tmp_path: Path) -> None:
    done = call_zoo(*MODEL, "-n", "3", "--seed", "9", "--out", tmp_path / "out", "--json")
    made = images(done)
    assert [Path(i["path"]).name for i in made] == [
        f"stylegan-lite.fruits360-9-{index:05d}.png" for index in range(3)
    ]
    said = {"path", "id", "model", "seed", "index", "label", "sha256", "watermark"}
    assert set(made[0]) == said
    assert all(image["watermark"] for image in made)
    assert "each has a watermark, a C2PA manifest" in done.stderr
    for index, image in enumerate(made):
        data = Path(image["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == image["sha256"]
        assert (image["index"], image["seed"]) == (index, 9)
        assert Image.open(image["path"]).size == (256, 256)
    ledger = open_ledger(create=False)
    row = ledger.by_sha256(made[2]["sha256"])
    ledger.close()
    record = Record.from_json(row.record)
    assert (record.label, record.batch, record.dtype) == (made[2]["label"], 2, "float32")
    assert record.options["truncation"] > 0


def test_a_random_seed_is_printed_and_makes_the_same_again(call_zoo, tmp_path: Path) -> None:
    first = call_zoo(*MODEL, "-n", "1", "--out", tmp_path / "a")
    seed = next(line.split()[1] for line in first.stderr.splitlines() if line.startswith("seed "))
    again = images(call_zoo(*MODEL, "-n", "1", "--seed", seed, "--out", tmp_path / "b", "--json"))
    (one,) = (tmp_path / "a").iterdir()
    assert str(one) in first.stdout
    assert f"1 picture in {tmp_path / 'a'}: it has a watermark, a C2PA" in first.stderr
    # Each has a watermark with an id of its own; nothing else differs.
    pixels, others = (np.asarray(Image.open(path), float) for path in (one, again[0]["path"]))
    assert 0 < np.abs(pixels - others).mean() < 2


def test_options_labels_sizes_formats_and_a_grid(call_zoo, tmp_path: Path) -> None:
    made = images(
        call_zoo(*MODEL, "-n", "2", "--seed", "1", "--label", "banana", "--truncation=0.5",
                 "--size", "100", "--format", "webp", "--grid", "--out", tmp_path, "--json")
    )  # fmt: skip
    assert [i["label"] for i in made] == ["Banana"] * 3
    assert [i["index"] for i in made] == [0, 1, None]
    assert [i["watermark"] for i in made] == [False] * 3
    assert Image.open(made[0]["path"]).size == (100, 100)
    assert Image.open(made[2]["path"]).size == (200, 100)
    assert Image.open(made[2]["path"]).format == "WEBP"
    answer = json.loads(call_zoo("verify", made[2]["path"], "--json").stdout)["files"][0]
    assert answer["verdict"] == "issued-here"
    replayed = call_zoo("replay", made[2]["path"])
    assert replayed.returncode == 1
    assert "grid" in replayed.stderr


def test_what_is_there_is_kept_resumed_or_replaced(call_zoo, tmp_path: Path) -> None:
    run = (*MODEL, "--seed", "2", "--out", tmp_path, "--json")
    first = images(call_zoo(*run, "-n", "2"))
    refused = call_zoo(*run, "-n", "4")
    assert refused.returncode == 2
    assert "--resume" in refused.stderr
    assert "--force" in refused.stderr
    assert len(list(tmp_path.iterdir())) == 2
    resumed = images(call_zoo(*run, "-n", "4", "--resume"))
    assert resumed[:2] == first
    assert [i["index"] for i in resumed] == [0, 1, 2, 3]
    replaced = images(call_zoo(*run, "-n", "2", "--force"))
    assert replaced[0]["id"] != first[0]["id"]


def test_resume_leaves_what_is_not_of_this_run(call_zoo, tmp_path: Path) -> None:
    run = (*MODEL, "--seed", "2", "--out", tmp_path, "-n", "1")
    assert call_zoo(*run).returncode == 0
    other = call_zoo(*run, "--label", "Kiwi", "--resume")
    assert other.returncode == 2
    assert "another request" in other.stderr
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"mine")
    foreign = call_zoo(*run, "--resume")
    assert foreign.returncode == 2
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--label", "Bananna"), "Banana"),
        (("--truncation", "7"), "from 0 to 1"),
        (("--trunc", "0.5"), "truncation"),
        (("--format", "gif"), "png"),
        (("--size", "9"), "16"),
        (("--resume", "--force"), "choose one"),
        (("stray",), "stray"),
        (("--device", "abacus"), "cpu"),
    ],
)
def test_wrong_usage_says_what_to_do_and_writes_nothing(
    call_zoo, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = call_zoo(*MODEL, "-n", "1", "--seed", "1", "--out", tmp_path / "out", *words)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_an_unknown_model_names_the_nearest(call_zoo) -> None:
    done = call_zoo("generate", "--model", "stylegan")
    assert done.returncode == 2
    assert "stylegan-lite.fruits360" in done.stderr


def test_a_folder_that_cannot_be_made_is_a_plain_error(call_zoo, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = call_zoo(*MODEL, "-n", "1", "--seed", "1", "--out", tmp_path / "file" / "x")
    assert done.returncode == 1
    assert "Not a directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_resume_needs_the_seed_and_formats_are_checked_first(call_zoo, tmp_path: Path) -> None:
    assert "--seed" in call_zoo(*MODEL, "-n", "1", "--resume", "--out", tmp_path).stderr
    assert call_zoo(*MODEL, "-n", "1", "--format", "gif", "--out", tmp_path).returncode == 2


def test_a_visible_label_is_in_the_picture_and_in_its_replay(call_zoo, tmp_path: Path) -> None:
    asked = (*MODEL, "-n", "1", "--seed", "9", "--out", tmp_path)
    (made,) = images(call_zoo(*asked, "--visible-label", "AI", "--json"))
    corner = np.asarray(Image.open(made["path"]).convert("L"))[-12:, :20]
    assert corner.min() < 20 < 235 < corner.max()
    assert "bitwise the same" in call_zoo("replay", made["path"]).stdout
    other = call_zoo(*asked, "--resume")
    assert other.returncode == 2
    assert "another request" in other.stderr
