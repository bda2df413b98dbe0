"""Walking the parts of PNG, JPEG, WebP, GIF and JPEG XL files, within bounds.

PNG (third edition), section 5; JPEG (ITU-T T.81), annex B; the WebP container specification
(RFC 9649, section 2); GIF89a, appendix A; JPEG XL (ISO/IEC 18181-2), section 4. A part that is cut
off by the end of the file is given as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from .field import MAX_TEXT

MAX_PARTS = 100_000
"""Of one file. A PNG of 256 MiB in chunks of 8 KiB has a third of them."""
MAX_SUB_BLOCKS = 1 << 21
"""Of a GIF, which cuts everything into blocks of at most 255 bytes: one of 256 MiB has half of
them."""
_IMAGE, _EXTENSION, _COMMENT = b"\x2c", b"\x21", b"\xfe"


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


def gif_comments(data: bytes) -> Iterator[bytes]:
    """The text of each comment extension; of a longer one, a little more than ``MAX_TEXT``."""
    at = 13 + _colours(data, 10)
    left = MAX_SUB_BLOCKS
    for _ in range(MAX_PARTS):
        if data[at : at + 1] == _IMAGE:
            at, is_comment = at + 11 + _colours(data, at + 9), False
        elif data[at : at + 1] == _EXTENSION:
            at, is_comment = at + 2, data[at + 1 : at + 2] == _COMMENT
        else:
            return
        text = bytearray()
        while at < len(data) and data[at]:
            left -= 1
            if not left:
                raise TooManyPartsError
            if is_comment and len(text) <= MAX_TEXT:
                text += data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        at += 1
        if is_comment:
            yield bytes(text)
    raise TooManyPartsError


def _colours(data: bytes, at: int) -> int:
    """The bytes of the table of colours that the flags at ``at`` announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def jxl_boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of the content of each box; a bare codestream has none."""
    at = 0
    for _ in range(MAX_PARTS):
        if at + 8 > len(data) or data.startswith(b"\xff\x0a"):
            return
        start, length = at + 8, int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            start, length = at + 16, int.from_bytes(data[at + 8 : at + 16], "big")
        end = at + length if length else len(data)
        if end < start:
            return
        yield data[at + 4 : at + 8], start, min(end, len(data))
        at = end
    raise TooManyPartsError
