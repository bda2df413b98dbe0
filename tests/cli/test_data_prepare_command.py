"""``zoo data prepare``: from a folder of photographs to a data set, each step telling the next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from zoo.data.pack import load_pack


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twenty pictures of two labels, and a broken one."""
    folder = tmp_path / "photos"
    for index in range(20):
        label = ("Pear", "Fig")[index % 2]
        (folder / label).mkdir(parents=True, exist_ok=True)
        colour = (10 * index, 255 - 10 * index, 128)
        Image.new("RGB", (120, 90 + index), colour).save(folder / label / f"{index}.jpg")
    (folder / "Fig" / "broken.jpg").write_bytes(b"\xff\xd8\xff and no more")
    return folder


def test_a_folder_becomes_a_data_set(call_zoo, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "fruit"
    done = call_zoo("data", "prepare", photos, out, "--size", "32", "--crop", "smart",
                    "--licence", "CC0-1.0")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "fruit (CC0-1.0)" in done.stdout
    assert "18 pictures to train on and 2 held out, 2 labels, 32 x 32 pixels" in done.stdout
    assert "Fig/broken.jpg: not a readable JPEG picture" in done.stderr
    assert f"zoo data check {out}" in done.stderr
    assert f"--data {out}" in done.stderr
    assert load_pack(out).names == ("Fig", "Pear")
    assert load_pack(out, "test").size == 32


def test_json_is_the_card(call_zoo, photos: Path, tmp_path: Path) -> None:
    done = call_zoo("data", "prepare", photos, tmp_path / "out", "--json", "--name", "Fruit",
                    "--no-labels", "--jobs", "1")  # fmt: skip
    card = json.loads(done.stdout)
    assert card == json.loads((tmp_path / "out" / "data.json").read_text("utf-8"))
    assert (card["schema"], card["name"], card["labels"]) == (1, "Fruit", [])


def test_what_prepare_refuses(call_zoo, photos: Path, tmp_path: Path) -> None:
    def fails(code: int, *words: object) -> str:
        done = call_zoo("data", "prepare", *map(str, words))
        assert (done.returncode, done.stdout) == (code, "")
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "out").exists()
        return done.stderr

    out = tmp_path / "out"
    assert "--size 4" in fails(2, photos, out, "--size", 4)
    assert "centre" in fails(2, photos, out, "--crop", "best")
    assert "--test-fraction" in fails(2, photos, out, "--test-fraction", 1)
    assert "contradict" in fails(2, photos, out, "--no-labels", "--labels", "x.csv")
    assert "nothing to resume" in fails(2, photos, out, "--resume")
    assert "no file or folder" in fails(1, tmp_path / "gone", out)
    assert "cannot read" in fails(1, photos, out, "--labels", tmp_path / "gone.csv")
    assert "not empty" in fails(2, photos / "Fig", photos)
