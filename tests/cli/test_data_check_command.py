"""``zoo data check``: each fault is found, shown and, when asked, left out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from zoo.data.card import read_card, write_card
from zoo.data.pack import load_pack, read_rows
from zoo.data.writing import write_split

SIZE = 64


def photo(seed: int, size: int = SIZE) -> Image.Image:
    """Coarse and fine detail, unlike that of any other seed."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (7, 7, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC), np.int16)
    grain = rng.integers(-25, 25, smooth.shape)
    return Image.fromarray((smooth + grain).clip(0, 255).astype(np.uint8))


def brighter(image: Image.Image) -> Image.Image:
    return image.point(lambda level: min(255, level + 3))


def blurred(seed: int) -> Image.Image:
    return photo(seed).filter(ImageFilter.GaussianBlur(6))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Thirty sound pictures of two labels, and one of each fault."""
    train = [(f"a/{i}.png", photo(i), 0) for i in range(12)]
    train += [(f"b/{i}.png", photo(100 + i), 1) for i in range(12)]
    train += [
        ("a/again.png", photo(3), 0),
        ("b/mislabelled.png", photo(4), 1),
        ("a/blank.png", Image.new("RGB", (SIZE, SIZE), (9, 90, 9)), 0),
        ("a/near.png", brighter(photo(5)), 0),
        ("b/blurred.png", blurred(300), 1),
    ]
    test = [(f"t/{i}.png", photo(200 + i), i % 2) for i in range(6)]
    test += [("t/leak.png", photo(7), 0), ("t/near-leak.png", brighter(photo(8)), 0)]
    folder = tmp_path / "pack"
    folder.mkdir()
    for split, entries in (("train", train), ("test", test)):
        rows = [
            {"source": 0, "path": path, "sha256": path, "licence": "CC0" if label else "MIT",
             "label": "ab"[label]}
            for path, _, label in entries
        ]  # fmt: skip
        pixels = np.stack([np.asarray(image).transpose(2, 0, 1) for _, image, _ in entries])
        labels = np.array([label for *_, label in entries], np.int64)
        write_split(folder, split, [pixels], labels, rows, SIZE)
    write_card(folder, {"schema": 1, "name": "Mixed", "size": SIZE, "labels": ["a", "b"],
                        "counts": {"train": len(train), "test": len(test)}, "licences": {},
                        "by_label": {}, "files": {}, "skipped": [{}], "enlarged": 2})  # fmt: skip
    return folder


FOUND = {
    "blank": ["a/blank.png"],
    "duplicates": ["a/again.png", "b/mislabelled.png"],
    "leaks": ["t/leak.png"],
    "blurred": ["b/blurred.png"],
    "near": ["a/near.png"],
    "near-leaks": ["t/near-leak.png"],
}


def problems(done) -> dict[str, list[str]]:
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    return {k: [p["path"] for p in v["pictures"]] for k, v in table["problems"].items()}


def test_every_fault_is_found_and_nothing_else(call_zoo, pack: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in pack.iterdir()}
    done = call_zoo("data", "check", pack, "--json", "--few", "14", "--sheet", tmp_path / "s.png")
    assert problems(done) == FOUND
    table = json.loads(done.stdout)
    assert table["pictures"] == {"train": 29, "test": 8}
    assert table["problems"]["leaks"]["pictures"][0]["other"]["path"] == "a/7.png"
    labelled = table["problems"]["duplicates"]["pictures"][1]
    assert (labelled["other"]["path"], labelled["detail"]) == ("a/4.png", "under another label")
    assert table["labels"] == {"counts": {"a": 15, "b": 14}, "ratio": 1.071, "few": []}
    assert table["packing"] == {"skipped": 1, "excluded": 0, "enlarged": 2}
    assert {p.name: p.read_bytes() for p in pack.iterdir()} == before
    with Image.open(tmp_path / "s.png") as sheet:
        assert (sheet.format, sheet.height > 6 * 64) == ("PNG", True)


def test_a_report_for_people(call_zoo, pack: Path) -> None:
    done = call_zoo("data", "check", pack, "--few", "15")
    assert done.returncode == 0
    assert "duplicates        2" in done.stdout
    assert "train b/mislabelled.png = train a/4.png (under another label)" in done.stdout
    assert "labels with fewer than 15 pictures: b" in done.stdout
    assert "--drop default" in done.stderr


def test_dropping_in_place_is_told_in_the_card(call_zoo, pack: Path) -> None:
    (pack / "notes.txt").write_text("mine")
    kept = {row["path"]: row for row in read_rows(pack)}
    pixels = dict(zip(kept, load_pack(pack).pixels.numpy().copy(), strict=True))
    done = call_zoo("data", "check", pack, "--drop", "default,blurred", "--json")
    assert json.loads(done.stdout)["dropped"] == {
        "blank": 1, "duplicates": 2, "leaks": 1, "blurred": 1,
    }  # fmt: skip
    gone = {"a/blank.png", "a/again.png", "b/mislabelled.png", "b/blurred.png"}
    pictures, rows = load_pack(pack), list(read_rows(pack))
    assert [row["path"] for row in rows] == [path for path in kept if path not in gone]
    for row, picture, label in zip(rows, pictures.pixels, pictures.labels, strict=True):
        assert row == kept[row["path"]]
        assert np.array_equal(picture.numpy(), pixels[row["path"]])
        assert pictures.names[int(label)] == row["label"]
    assert "t/leak.png" not in {row["path"] for row in read_rows(pack, "test")}
    card = read_card(pack)
    assert card["counts"] == {"train": 25, "test": 7}
    assert card["by_label"]["b"] == {"train": 12, "test": 3}
    assert sum(card["licences"].values()) == 32
    (change,) = card["changes"]
    assert change["dropped"]["leaks"]["pictures"] == ["test: t/leak.png"]
    assert (pack / "notes.txt").read_text() == "mine"
    assert [p.name for p in pack.parent.iterdir()] == ["pack"]
    again = call_zoo("data", "check", pack, "--drop", "default")
    assert "nothing to drop" in again.stderr
    assert len(read_card(pack)["changes"]) == 1


def test_dropping_to_another_folder_keeps_the_first(call_zoo, pack: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in pack.iterdir()}
    out = tmp_path / "new/pack"
    assert call_zoo("data", "check", pack, "--drop", "near", "--out", out).returncode == 0
    assert len(load_pack(out)) == 28
    assert {p.name: p.read_bytes() for p in pack.iterdir()} == before
    taken = call_zoo("data", "check", pack, "--drop", "near", "--out", out)
    assert (taken.returncode, "already there" in taken.stderr) == (1, True)


def test_a_failure_while_dropping_leaves_the_data_set(
    call_zoo, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in pack.iterdir()}
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(28, "No space left on device", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    done = call_zoo("data", "check", pack, "--drop", "default")
    assert (done.returncode, "No space left" in done.stderr) == (1, True)
    assert {p.name: p.read_bytes() for p in pack.iterdir()} == before
    assert [p.name for p in pack.parent.iterdir()] == ["pack"]


def test_a_data_set_that_a_killed_process_left_under_another_name(call_zoo, pack: Path) -> None:
    pack.rename(pack.with_name(".pack.0123456789ab.old"))
    assert problems(call_zoo("data", "check", pack, "--json")) == FOUND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ordinary files before packing, some of them faulty."""
    root = tmp_path / "photos"
    for label, start in (("cat", 0), ("dog", 50)):
        (root / label).mkdir(parents=True)
        for i in range(9):
            photo(start + i, 96).save(root / label / f"{i}.png")
    photo(2, 96).save(root / "dog/copy.png")
    photo(3, 96).save(root / "cat/again.jpg", quality=80)
    photo(60, 40).save(root / "cat/small.png")
    photo(61, 300).crop((0, 0, 300, 90)).save(root / "cat/long.png")
    (root / "dog/broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    (root / "dog/readme.txt").write_text("not a picture")
    return root


def test_a_folder_before_packing(call_zoo, folder: Path, tmp_path: Path) -> None:
    done = call_zoo("data", "check", folder, "--json", "--sheet", tmp_path / "sheet.png")
    assert problems(done) == {
        "unreadable": ["dog/broken.png"],
        "blank": [],
        "duplicates": ["dog/copy.png"],
        "tiny": ["cat/small.png"],
        "misshapen": ["cat/long.png"],
        "blurred": [],
        "near": ["cat/again.jpg"],
    }
    assert "zoo data prepare" in done.stderr
    assert (tmp_path / "sheet.png").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pack", "--drop", "blnk"), "'blank'"),
        (("pack", "--drop", "tiny"), "before packing"),
        (("pack", "--out", "x"), "--drop default"),
        (("photos", "--drop", "blank"), "zoo data prepare"),
        (("nowhere",), "no folder"),
        (("empty",), "zoo data prepare"),
    ],
)
def test_wrong_usage_says_what_to_do(
    call_zoo, pack: Path, folder: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    done = call_zoo("data", "check", tmp_path / words[0], *words[1:])
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
