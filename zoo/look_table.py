"""What a file looks like as a table of JSON's own types, and back from a process that decoded it.

A stranger's picture may have taken that process over. So of its table only what such a table can
be is taken: a JPEG is one of the parts that a plain one needs, with the size that it says itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from zoo_provenance.look import SIDE, Look, Thumbnail
from zoo_provenance.text import clean

MOST_JPEG = 4 * SIDE * SIDE
MOST_LINE = 2 * MOST_JPEG
"""Bytes: more than the worst picture takes."""
_MOST_TEXT = 1000
# ITU-T T.81, annex B: tables, a baseline frame, one scan; and JFIF's own segment.
_START, _END = b"\xff\xd8", b"\xff\xd9"
_JFIF, _FRAME, _SCAN = 0xE0, 0xC0, 0xDA
_SEGMENTS = (_JFIF, 0xDB, _FRAME, 0xC4)


def look_table(look: Look) -> dict[str, Any]:
    """The table of it."""
    small = look.thumbnail
    jpeg = None if small is None else base64.b64encode(small.jpeg).decode("ascii")
    return {"size": look.size, "mime": look.mime, "jpeg": jpeg, "why": look.why}


def look_of(table: object) -> Look:
    """What :func:`look_table` made a table of. Raises ValueError where it made no such table."""
    table = table if isinstance(table, Mapping) else {}
    size, mime, jpeg, why = (table.get(key) for key in ("size", "mime", "jpeg", "why"))
    if type(size) is not int or size < 0 or not isinstance(mime, str) or not isinstance(why, str):
        raise ValueError("not what such a table holds")
    thumbnail = None if jpeg is None else _thumbnail(jpeg)
    return Look(size, clean(mime), thumbnail, clean(why, _MOST_TEXT))


def _thumbnail(text: object) -> Thumbnail:
    if not isinstance(text, str) or len(text) > MOST_LINE:
        raise ValueError("not the text of a small picture")
    try:
        jpeg = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
    width, height = _size_of(jpeg)
    if not (0 < width <= SIDE and 0 < height <= SIDE and len(jpeg) <= MOST_JPEG):
        raise ValueError(f"no small picture: {width} x {height} pixels, {len(jpeg)} bytes")
    return Thumbnail(jpeg, width, height)


def _size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height. Raises ValueError for whatever is not a plain JPEG from end to end."""
    size = None
    at = len(_START)
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1] in _SEGMENTS:
        if jpeg[at + 1] == _FRAME:
            size = _number(jpeg, at + 7), _number(jpeg, at + 5)
        at += 2 + _number(jpeg, at + 2)
    scan = jpeg[at : at + 2] == bytes((0xFF, _SCAN))
    if size is None or not scan or not jpeg.startswith(_START) or not jpeg.endswith(_END):
        raise ValueError("no plain JPEG")
    # In the scan, 0xff stands before a zero alone: no other marker is hidden there.
    entropy = jpeg[at + 2 + _number(jpeg, at + 2) : -len(_END)]
    if entropy.count(b"\xff") != entropy.count(b"\xff\0"):
        raise ValueError("more than one scan")
    return size


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
