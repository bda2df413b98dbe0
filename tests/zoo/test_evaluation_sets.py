"""Sets of pictures: folders, packed data sets and models, and what a name that fits none says."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import zoo
from zoo.errors import DataError, UnknownNameError, UsageError
from zoo.evaluation.sets import PictureSet, open_set
from zoo.request import Request
from zoo.running import final_pixels


def noise(seed: int, height: int = 24, width: int = 24) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two labels; an upright and a turned picture, a transparent one, a broken one, a text."""
    folder = tmp_path / "photos"
    for label in ("Pear", "Apple"):
        (folder / label).mkdir(parents=True)
    Image.fromarray(noise(0)).save(folder / "Pear" / "b.png")
    Image.fromarray(noise(1, 16, 40)).save(folder / "Pear" / "a.png")
    turned = Image.fromarray(noise(2, 20, 30))
    exif = turned.getexif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    turned.save(folder / "Apple" / "turned.png", exif=exif)
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(folder / "Apple" / "clear.png")
    data = (folder / "Pear" / "b.png").read_bytes()
    (folder / "Apple" / "broken.png").write_bytes(data[: len(data) // 2])
    (folder / "Apple" / "text.jpg").write_text("no picture")
    (folder / "Apple" / "notes.txt").write_text("not asked")
    return folder


def pictures(found: PictureSet) -> list[np.ndarray]:
    return [picture for pixels, _ in found.batches(2) for picture in pixels]


def test_a_folder_gives_its_pictures_upright_in_order_and_says_what_it_leaves_out(
    photos: Path,
) -> None:
    found = open_set(str(photos))
    shown = pictures(found)
    assert [picture.shape for picture in shown] == [
        (8, 8, 3),
        (30, 20, 3),
        (16, 40, 3),
        (24, 24, 3),
    ]
    assert (shown[0] == 255).all()
    assert np.array_equal(shown[1], np.rot90(noise(2, 20, 30), -1))
    assert np.array_equal(shown[2], noise(1, 16, 40))
    assert found.labels == ("Apple", "Apple", "Pear", "Pear")
    assert found.count == 4
    assert [name for name, _ in found.excluded] == ["Apple/broken.png", "Apple/text.jpg"]
    assert "cannot be decoded" in found.excluded[0][1]
    assert [p.shape for p in found.at([3, 0, 3])] == [(24, 24, 3), (8, 8, 3), (24, 24, 3)]
    labels = [label for _, some in found.batches(3) for label in some]
    assert labels == list(found.labels)


def test_a_set_is_known_by_what_its_files_hold(photos: Path, tmp_path: Path) -> None:
    digest = open_set(str(photos)).digest
    copy = tmp_path / "elsewhere"
    shutil.copytree(photos, copy)
    assert open_set(str(copy)).digest == digest
    Image.fromarray(noise(9)).save(copy / "Pear" / "b.png")
    assert open_set(str(copy)).digest != digest


def test_of_many_pictures_some_are_drawn_by_a_seed(tmp_path: Path) -> None:
    for index in range(12):
        Image.fromarray(noise(index)).save(tmp_path / f"{index:02}.png")
    whole = pictures(open_set(str(tmp_path), n=12))
    first, again, other = (open_set(str(tmp_path), n=5, seed=seed) for seed in (1, 1, 2))
    assert first.digest == again.digest != other.digest
    drawn = [next(i for i, w in enumerate(whole) if np.array_equal(p, w)) for p in pictures(first)]
    assert drawn == sorted(set(drawn))
    assert len(drawn) == first.count == 5
    assert first.labels is None
    assert open_set(str(tmp_path), n=99).count == 12


def test_folders_that_cannot_be_evaluated(tmp_path: Path, photos: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        open_set(str(empty))
    with pytest.raises(UsageError, match="there is no such folder"):
        open_set(str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="there is a file of that name"):
        open_set(str(photos / "Pear" / "a.png"))
    with pytest.raises(UsageError, match=r"is no model, so it has no options \(steps\)"):
        open_set(str(photos), options={"steps": 4})
    with pytest.raises(UsageError, match="n is 0"):
        open_set(str(photos), n=0)
    with pytest.raises(UnknownNameError, match=r"did you mean 'stylegan-lite\.fruits360'"):
        open_set("stylegan-lit")


def test_a_packed_data_set_is_its_test_split_unless_asked_otherwise(discs: Path) -> None:
    test, train = open_set(str(discs)), open_set(f"{discs}:train", n=20)
    assert (test.name, test.count) == (f"{discs}:test", 16)
    assert test.digest == open_set(f"{discs}:test").digest
    assert (train.name, train.count) == (f"{discs}:train", 20)
    assert test.labels == ("Red", "Blue") * 8
    red, blue = test.at([0, 1])
    assert red.shape == (16, 16, 3)
    assert red[8, 8, 0] > blue[8, 8, 0]
    with pytest.raises(DataError, match="is no packed data set"):
        open_set(f"{discs.parent}:test")


def test_a_pack_without_the_split_says_which_it_has(discs: Path) -> None:
    text = (discs / "data.json").read_text().replace('"test": 16', '"test": 0')
    (discs / "data.json").write_text(text)
    with pytest.raises(UsageError, match=r"has no test pictures; it has .*discs:train"):
        open_set(str(discs))


def test_a_model_is_asked_in_the_proportions_of_what_it_is_compared_with(tiny_model: Path) -> None:
    like = ["red"] * 3 + ["Blue", "Green"]
    found = open_set(str(tiny_model), n=8, seed=5, like=like)
    assert found.labels is not None
    assert sorted(found.labels) == ["Blue"] * 2 + ["Red"] * 6
    even = open_set(str(tiny_model), n=8, seed=5)
    assert sorted(even.labels or ()) == ["Blue"] * 4 + ["Red"] * 4
    assert found.digest != even.digest
    assert even.digest == open_set(str(tiny_model), n=8, seed=5).digest
    assert even.digest != open_set(str(tiny_model), n=8, seed=6).digest
    with pytest.raises(UsageError, match="knows none of the labels"):
        open_set(str(tiny_model), like=["Green"])


def test_a_models_pictures_are_those_it_generates_at_native_size(tiny_model: Path) -> None:
    found = open_set(str(tiny_model), n=20, seed=5)
    model = zoo.load(str(tiny_model))
    labels = tuple(model.card.find_label(label) for label in found.labels or ())
    wanted = final_pixels(model, Request(5, tuple(range(20)), (16, 16), labels))
    shown = pictures(found)
    assert len(shown) == found.count == 20
    assert all(np.abs(a.astype(int) - b).max() <= 1 for a, b in zip(shown, wanted, strict=True))
    assert np.abs(found.at([17])[0].astype(int) - wanted[17]).max() <= 1
