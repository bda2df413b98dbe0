"""The packed form of a data set: written in a stream, mapped into memory, refused where broken."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from zoo.data.card import write_card
from zoo.data.pack import load_pack, read_rows
from zoo.data.writing import write_split
from zoo.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (7, 3, 8, 8), dtype=np.uint8)
LABELS = np.array([0, 1, 2, 0, 1, 2, 2])
CARD = {
    "schema": 1,
    "name": "Discs",
    "size": 8,
    "labels": ["a", "b", "c"],
    "counts": {"train": 7, "test": 0},
    "licences": {"CC0-1.0": 5, "MIT": 2},
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    rows = ({"path": f"{index}.png"} for index in range(7))
    write_split(folder, "train", [PIXELS[:4], PIXELS[4:]], LABELS, rows, 8)
    write_card(folder, CARD)
    return folder


def test_what_is_written_is_read(pack: Path) -> None:
    pictures = load_pack(pack)
    assert np.array_equal(pictures.pixels.numpy(), PIXELS)
    assert pictures.labels.tolist() == LABELS.tolist()
    assert (pictures.names, pictures.size, len(pictures)) == (("a", "b", "c"), 8, 7)
    assert pictures.about == "Discs (CC0-1.0, MIT)"
    assert [row["path"] for row in read_rows(pack)] == [f"{index}.png" for index in range(7)]


def test_the_file_is_safetensors_in_anybodys_eyes(pack: Path) -> None:
    tensors = load_file(pack / "train.safetensors")
    assert np.array_equal(tensors["pixels"], PIXELS)
    assert tensors["labels"].dtype == np.int64


def test_digests_are_those_of_the_files(tmp_path: Path) -> None:
    digests = write_split(tmp_path, "test", [PIXELS], LABELS, [{}] * 7, 8)
    assert digests == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("test.safetensors", "test.jsonl")
    }


def test_counts_that_differ_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="7 pictures for 6 labels"):
        write_split(tmp_path, "train", [PIXELS], LABELS[:6], [{}] * 6, 8)
    with pytest.raises(ValueError, match="a block is"):
        write_split(tmp_path, "train", [PIXELS], LABELS, [{}] * 7, 16)
    assert not list(tmp_path.iterdir())


def test_what_is_no_pack_is_told_how_to_become_one(tmp_path: Path, pack: Path) -> None:
    for folder, hint in ((tmp_path / "no", "no folder"), (tmp_path, "no packed data set")):
        with pytest.raises(DataError, match=hint) as caught:
            load_pack(folder)
        assert "zoo data prepare" in str(caught.value)
    with pytest.raises(DataError, match="no test pictures"):
        load_pack(pack, "test")
    (tmp_path / "unfinished").mkdir()
    with pytest.raises(DataError, match="unfinished data set"):
        load_pack(tmp_path)


def test_a_pack_that_was_changed_is_refused(pack: Path) -> None:
    def refused(**change: object) -> str:
        (pack / "data.json").write_text(json.dumps(CARD | change))
        with pytest.raises(DataError) as caught:
            load_pack(pack)
        return str(caught.value)

    assert "8 pictures of 8 x 8" in refused(counts={"train": 8})
    assert "labels below 2" in refused(labels=["a", "b"])
    assert "schema" in refused(schema=99)
    assert "lacks size" in refused(size="8")
    data = (pack / "train.safetensors").read_bytes()
    (pack / "train.safetensors").write_bytes(data[:-1])
    assert "not as it was prepared" in refused()
    (pack / "train.jsonl").write_text('{"path": ')
    with pytest.raises(DataError, match="not as it was prepared"):
        list(read_rows(pack))
    (pack / "data.json").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        load_pack(pack)
