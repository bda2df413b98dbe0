"""Walking the parts of PNG, JPEG and WebP files, within bounds.

PNG (third edition), section 5; JPEG (ITU-T T.81), annex B; the WebP container specification
(RFC 9649, section 2). A part that is cut off by the end of the file is given as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterator

MAX_PARTS = 100_000
"""Of one file. A PNG of 256 MiB in chunks of 8 KiB has a third of them."""


class TooManyPartsError(Exception):
    """More parts than are walked."""


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of each chunk's data."""
    at = 8
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return
        start = at + 8
        end = start + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : start], start, min(end, len(data))
        at = end + 4
    raise TooManyPartsError


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker's second byte, start, end) of each segment before the first scan."""
    at = 2
    for _ in range(MAX_PARTS):
        if at + 4 > len(data) or data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in (0xD9, 0xDA):
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return
        yield marker, at + 4, min(at + 2 + length, len(data))
        at += 2 + length
    raise TooManyPartsError


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of each chunk's data."""
    at = 12
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return
        start = at + 8
        end = start + int.from_bytes(data[at + 4 : start], "little")
        yield data[at : at + 4], start, min(end, len(data))
        at = end + (end & 1)
    raise TooManyPartsError
