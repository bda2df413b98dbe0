"""A small picture from a process that decoded a stranger's file: only what it can be is taken."""

from __future__ import annotations

import base64
import io
import json

import pytest
from pages import picture, png
from PIL import Image

from zoo.look_table import look_of, look_table
from zoo_provenance.look import Look, look_at


def jpeg(side: int = 16, **options) -> bytes:
    out = io.BytesIO()
    picture(1, side).save(out, "JPEG", **options)
    return out.getvalue()


def table(data: bytes | None = None, **changes) -> dict:
    text = base64.b64encode(jpeg() if data is None else data).decode()
    return {"size": 9, "mime": "image/png", "jpeg": text, "why": "", **changes}


@pytest.mark.parametrize("size", [(320, 320), (7, 5), (2000, 3)])
def test_what_was_drawn_comes_through(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    picture(1).resize(size).save(out, "PNG")
    look = look_at(out.getvalue())
    assert look.thumbnail is not None
    assert look_of(json.loads(json.dumps(look_table(look)))) == look


def test_so_does_why_nothing_was_drawn() -> None:
    look = look_at(png(1)[:2000])
    assert "decoded" in look.why
    assert look_of(json.loads(json.dumps(look_table(look)))) == look


def test_text_is_made_printable() -> None:
    look = look_of(table(mime="image/\x1b[31m", jpeg=None, why="a\nb"))
    assert look == Look(9, "image/ [31m", None, "a b")


def behind_the_scan() -> bytes:
    """A comment between the pixels and the end."""
    return jpeg()[:-2] + b"\xff\xfe\x00\x0ahidden!!" + b"\xff\xd9"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload='x'/>",
        png(1),
        jpeg() + b"<script>",
        jpeg()[:-2],
        jpeg()[2:],
        jpeg(comment=b"hidden"),
        jpeg(exif=Image.Exif()),
        jpeg(icc_profile=b"x" * 200),
        jpeg(progressive=True),
        jpeg(321),
        behind_the_scan(),
        jpeg()[:-2] + b"\0" * 500_000 + b"\xff\xd9",
    ],
)
def test_nothing_but_a_small_plain_jpeg_is_taken(data: bytes) -> None:
    assert look_of(table()).thumbnail is not None
    with pytest.raises(ValueError, match=r"\w"):
        look_of(table(data))


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "x",
        {},
        table(jpeg="//// no base64"),
        table(jpeg=7),
        table(jpeg="A" * 10_000_000),
        table(size=-1),
        table(size=True),
        table(size="9"),
        table(mime=None),
        table(why=None),
    ],
)
def test_nothing_else_is_believed(odd: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        look_of(odd)
