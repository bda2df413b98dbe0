"""A stranger's bytes as a file that gives up: bounds the work of parsers that walk its parts.

A file of 256 MiB can consist of millions of empty chunks, boxes or segments. Parsers look at them
one by one, some in quadratic time, some keeping each in memory.
"""

from __future__ import annotations

import io
import re
from typing import Any

MAX_CALLS = 400_000
"""Reads and seeks of one parser. A PNG of 256 MiB in chunks of 8 KiB takes the C2PA library as
many; half a million cost about a second."""
MAX_CALLS_OF_BOXES = 100_000
"""The same for the box formats, which the library reads in ten calls a box and quadratic time:
ten thousand boxes."""
_BOXES = ("image/avif", "image/heic", "image/heif", "image/jxl")
MAX_MARKERS = 400_000
_LARGE_JPEG = 8 * 1024**2
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


class BoundedFile(io.BytesIO):
    """Raises OSError once it has been read or sought too often; ``exceeded`` tells afterwards."""

    def __init__(self, data: bytes, mime: str) -> None:
        super().__init__(data)
        self._left = MAX_CALLS_OF_BOXES if mime in _BOXES else MAX_CALLS

    @property
    def exceeded(self) -> bool:
        return self._left < 0

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError("the file consists of too many parts")

    def read(self, size: int | None = -1, /) -> bytes:
        self._count()
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self._count()
        return super().readinto(buffer)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._count()
        return super().seek(offset, whence)


def has_too_many_markers(jpeg: bytes) -> bool:
    """Whether a JPEG has more segments than a picture can need.

    The C2PA library reads a JPEG at once and keeps every segment, so that counting calls is no
    bound for it. In entropy-coded data 0xFF is never followed by one of these bytes.
    """
    if len(jpeg) < _LARGE_JPEG:
        return False
    found = _MARKER.finditer(jpeg)
    return any(count >= MAX_MARKERS for count, _ in enumerate(found))
