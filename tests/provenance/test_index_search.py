"""Pictures that were seen are known again: whole, in part, mirrored, turned, within others."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from zoo_provenance.index import open_index
from zoo_provenance.index.adding import add_files
from zoo_provenance.index.alignment import Alignment, in_words
from zoo_provenance.index.features import codes_of, extract
from zoo_provenance.index.search import Match, Searcher
from zoo_provenance.index.writing import writing

pytest.importorskip("cv2")

SEEN = range(12)
BOX = (100, 60, 340, 240)  # left, top, right, bottom of the crops
FLIP = Image.Transpose.FLIP_LEFT_RIGHT


def within_a_page(image: Image.Image) -> Image.Image:
    page = Image.new("RGB", (image.width * 3 // 2, image.height * 3 // 2), (244, 245, 247))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, 30), fill=(40, 70, 130))
    for line in range(6):
        draw.text((10, 40 + 70 * line), "words beside the picture " * 4, (20, 20, 20))
    page.paste(image, (120, 90))
    return page


def captioned(image: Image.Image) -> Image.Image:
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 210, image.width, 250), fill=(255, 255, 0))
    draw.text((10, 212), "BREAKING: SEEN HERE", (200, 0, 0), font_size=32)
    return image


def scaled(image: Image.Image, factor: float) -> Image.Image:
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Image.Resampling.LANCZOS)


# what is done: (how, words that tell of it, the box (x, y, width, height) that is left)
WHOLE = (0, 0, 400, 300)
PART = (100, 60, 240, 180)
EDITS: dict[str, tuple[Callable[[Image.Image], Image.Image], str, tuple[int, int, int, int]]] = {
    "saved anew": (lambda i: i, "the whole of it", WHOLE),
    "half": (lambda i: scaled(i, 0.5), "the whole of it, scaled 0.5x", WHOLE),
    "grey": (lambda i: i.convert("L"), "the whole of it", WHOLE),
    "brighter": (lambda i: ImageEnhance.Brightness(i).enhance(1.2), "the whole of it", WHOLE),
    "mirrored": (lambda i: i.transpose(FLIP), "the whole of it, mirrored", WHOLE),
    "crop": (lambda i: i.crop(BOX), "a crop of it (36 % of its area", PART),
    "crop, twice as large": (lambda i: scaled(i.crop(BOX), 2), "scaled 2x", PART),
    "crop, mirrored": (lambda i: i.crop(BOX).transpose(FLIP), "240 x 180 pixels at 100, 60), mirr",
                       PART),
    "small crop": (lambda i: i.crop((120, 90, 280, 210)), "16 % of its area", (120, 90, 160, 120)),
    "in a page": (within_a_page, "the whole of it within another picture, which fills 44 %", WHOLE),
    "turned": (lambda i: i.rotate(5, Image.Resampling.BICUBIC), "turned 5 degrees anticlockwise",
               WHOLE),
    "on its side": (lambda i: i.transpose(Image.Transpose.ROTATE_270),
                    "the whole of it, turned 90 degrees clockwise", WHOLE),
    "captioned": (captioned, "% of it covered or changed", WHOLE),
}  # fmt: skip


def saved(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=75)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, make_scene) -> Searcher:
    """Twelve scenes that were seen."""
    folder = tmp_path_factory.mktemp("seen")
    paths = [folder / f"{seed}.png" for seed in SEEN]
    for seed, path in zip(SEEN, paths, strict=True):
        make_scene(seed).save(path)
    with writing(folder / "index", create=True) as writer:
        assert all(not a.error for a in add_files(writer, paths, jobs=2))
    return Searcher(open_index(folder / "index"))


def names(found: list[Match]) -> list[str]:
    return [Path(match.entry.path).name for match in found]


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_done_to_a_seen_picture(searcher: Searcher, make_scene, edit: str) -> None:
    change, words, box = EDITS[edit]
    for seed in (0, 7):
        found = searcher.find(saved(change(make_scene(seed))))
        assert names(found) == [f"{seed}.png"]
        alignment = found[0].alignment
        assert words in in_words(alignment)
        assert np.abs(np.subtract(alignment.box, box)).max() <= 2
        assert alignment.mirrored == ("mirrored" in edit)


@pytest.mark.parametrize("edit", EDITS)
def test_pictures_that_nobody_has_seen(searcher: Searcher, make_scene, edit: str) -> None:
    for seed in (100, 101):
        assert searcher.find(saved(EDITS[edit][0](make_scene(seed)))) == []


def test_the_matrix_leads_from_this_picture_to_the_seen_one(searcher: Searcher, make_scene) -> None:
    asked = scaled(make_scene(3).crop(BOX).transpose(FLIP), 2)
    (match,) = searcher.find(asked)
    corners = np.array([(0, 0, 1), (480, 0, 1), (480, 360, 1), (0, 360, 1)]).T
    expected = np.array([(340, 60), (100, 60), (100, 240), (340, 240)]).T
    assert np.abs(np.array(match.alignment.matrix) @ corners - expected).max() < 0.7


def test_of_several_the_one_that_was_added_first_comes_first(tmp_path: Path, make_scene) -> None:
    paths = [tmp_path / name for name in ("crop.png", "whole.png", "other.png")]
    for image, path in zip(
        (make_scene(1).crop(BOX), make_scene(1), make_scene(2)), paths, strict=True
    ):
        image.save(path)
    with writing(tmp_path / "index", create=True) as writer:
        list(add_files(writer, paths))
    found = Searcher(open_index(tmp_path / "index")).find(saved(make_scene(1)))
    assert names(found) == ["crop.png", "whole.png"]
    assert in_words(found[0].alignment).startswith("the whole of it within another picture")


def test_two_seen_pictures_in_one(searcher: Searcher, make_scene) -> None:
    both = Image.new("RGB", (800, 300))
    both.paste(make_scene(4), (0, 0))
    both.paste(make_scene(5).transpose(FLIP), (400, 0))
    hits = searcher.find(both)
    found = dict(zip(names(hits), (match.alignment for match in hits), strict=True))
    assert set(found) == {"4.png", "5.png"}
    assert (found["4.png"].mirrored, found["5.png"].mirrored) == (False, True)
    for alignment in found.values():
        assert (alignment.covered, alignment.fills) == pytest.approx((1, 0.5), abs=0.01)


@pytest.mark.parametrize("framed", [False, True])
def test_without_opencv_whole_copies_are_found(
    searcher: Searcher, make_scene, monkeypatch: pytest.MonkeyPatch, framed: bool
) -> None:
    monkeypatch.setattr("zoo_provenance.index.search.available", lambda: False)
    image = make_scene(6).transpose(FLIP)
    if framed:
        page = Image.new("RGB", (500, 380), "white")
        page.paste(image, (40, 30))
        image = page
    (match,) = searcher.find(saved(image))
    assert names([match]) == ["6.png"]
    assert match.alignment.mirrored
    assert match.alignment.box == WHOLE
    at = (240, 180, 1) if framed else (200, 150, 1)
    assert np.array(match.alignment.matrix) @ at == pytest.approx((200, 150), abs=1)
    assert searcher.find(make_scene(6).crop(BOX)) == []


def test_pictures_in_which_there_is_nothing(tmp_path: Path, searcher: Searcher) -> None:
    """An even picture is like every other even picture; only the very file is the same."""
    for size in ((400, 300), (1, 1), (3, 4000)):
        assert searcher.find(Image.new("RGB", size, (90, 90, 90))) == []
    plain = tmp_path / "plain.png"
    Image.new("RGB", (64, 64), "red").save(plain)
    with writing(tmp_path / "index", create=True) as writer:
        list(add_files(writer, [plain]))
    index = open_index(tmp_path / "index")
    (entry,) = index.entries()
    assert Searcher(index).find(Image.open(plain)) == []
    assert names(Searcher(index).find(Image.open(plain), entry.sha256)) == ["plain.png"]


def test_features_of_the_mirrored_picture_need_no_second_look(make_scene) -> None:
    image = make_scene(8)
    ours, _ = extract(image).asked(mirrored=True)
    theirs, projections = extract(image.transpose(FLIP)).asked(mirrored=False)
    assert (codes_of(projections) == theirs.codes).all()
    apart = np.abs(ours.places[:, None] - theirs.places[None]).max(axis=2)
    bits = np.bitwise_count(ours.codes[:, None] ^ theirs.codes[None]).sum(axis=2)
    same = ((apart < 0.5) & (bits <= 8)).any(axis=1)
    assert same.mean() > 0.9


@pytest.mark.parametrize(
    ("alignment", "words"),
    [
        (Alignment(((1, 0, 0), (0, 1, 0)), (0, 0, 8, 6), 1, 1), "the whole of it"),
        (Alignment(((0.5, 0, 0), (0, 0.5, 0)), (0, 0, 8, 6), 1, 1), "the whole of it, scaled 2x"),
        (Alignment(((-1, 0, 8), (0, 1, 0)), (0, 0, 8, 6), 1, 1), "the whole of it, mirrored"),
        (
            Alignment(((-1, 0, 8), (0, -1, 6)), (0, 0, 8, 6), 1, 1),
            "the whole of it, turned 180 degrees clockwise",
        ),
        (
            Alignment(((1, 0, 2), (0, 1, 1)), (2, 1, 4, 3), 0.25, 1, 0.7),
            "a crop of it (25 % of its area: 4 x 3 pixels at 2, 1), 30 % of it covered or changed",
        ),
        (
            Alignment(((1, 0, 2), (0, 1, 1)), (2, 1, 6, 5), 0.6, 0.5),
            "a part of it within another picture (60 % of its area: 6 x 5 pixels at 2, 1), which "
            "fills 50 % of this one",
        ),
    ],
)
def test_words(alignment: Alignment, words: str) -> None:
    assert in_words(alignment) == words
