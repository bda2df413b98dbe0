"""Raw pictures: TIFF files whose first directory is a small preview.

DNG specification 1.7, chapter 2; Nikon's NEF and Sony's ARW are built alike, and tell their maker.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

DNG = "image/dng"
RAW = (DNG, "image/x-nikon-nef", "image/x-sony-arw")
_SUBFILE_TYPE, _MAKE, _DNG_VERSION = 0x00FE, 0x010F, 0xC612
_PREVIEW = 1
_MAKERS = ((b"NIKON", RAW[1]), (b"SONY", RAW[2]))
_ENTRY, _MAX_ENTRIES = 12, 512


def raw_type(tiff: bytes) -> str | None:
    """The MIME type of a TIFF file that is a raw picture, None for any other."""
    little = tiff.startswith(b"II")
    number = partial(int.from_bytes, byteorder="little" if little else "big")
    values = _values(tiff, number)
    if _DNG_VERSION in values:
        return DNG
    if number(values.get(_SUBFILE_TYPE, b"")) != _PREVIEW:
        return None
    start = number(values.get(_MAKE, b""))
    maker = tiff[start : start + 8].upper()
    return next((mime for name, mime in _MAKERS if maker.startswith(name)), None)


def _values(tiff: bytes, number: Callable[[bytes], int]) -> dict[int, bytes]:
    """Value or offset, four bytes, by tag, of the first directory."""
    at = number(tiff[4:8])
    first = at + 2
    end = first + _ENTRY * min(number(tiff[at:first]), _MAX_ENTRIES)
    entries = (tiff[i : i + _ENTRY] for i in range(first, end, _ENTRY))
    return {number(entry[:2]): entry[8:] for entry in entries if len(entry) == _ENTRY}
