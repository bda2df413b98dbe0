"""What a picture may have been before it was mirrored or framed, for its fingerprint.

The ledger keeps one hash a picture; so it is the picture under question that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .fingerprint import THUMBNAIL_SIDE
from .frame import EVEN, unframed

_EVEN = (EVEN, 12.0)
"""A frame as it was drawn, and one that was saved as a JPEG, into which the picture rings."""

_MOST_SIDE = 1024  # of the grid on which a frame is looked for


@dataclass(frozen=True)
class Variant:
    """``image`` is the picture once its frame is cut off, or it is mirrored back, or both."""

    image: Image.Image
    mirrored: bool
    framed: bool


def variants(image: Image.Image) -> Iterator[Variant]:
    """The picture as it is, then what it may have been."""
    for box in dict.fromkeys((None, *_within_frames(image))):
        shown = image if box is None else image.crop(box)
        yield Variant(shown, False, box is not None)
        flipped = shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        yield Variant(flipped, True, box is not None)


def _within_frames(image: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """What an even frame leaves (left, top, right, bottom), where there is one."""
    factor = max(1, max(image.size) // _MOST_SIDE)
    grey = np.asarray(image.reduce(factor).convert("L"), np.float32)
    for even in _EVEN:
        rows, columns = unframed(grey, even)
        right, bottom = (
            min(columns.stop * factor, image.width),
            min(rows.stop * factor, image.height),
        )
        box = ((columns.start or 0) * factor, (rows.start or 0) * factor, right, bottom)
        large = min(right - box[0], bottom - box[1]) >= THUMBNAIL_SIDE
        if large and box != (0, 0, *image.size):
            yield box
