"""What a picture may have been before it was mirrored or framed, for its fingerprint.

The ledger keeps one hash a picture; so it is the picture under question that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .fingerprint import THUMBNAIL_SIDE, Fingerprint, fingerprint, mirrored
from .frame import EVEN, deviations, within

_EVEN = (EVEN, 12.0)
"""A frame as it was drawn, and one that was saved as a JPEG, into which the picture rings."""

_MOST_SIDE = 1024  # of the grid on which a frame is looked for


@dataclass(frozen=True)
class Variant:
    """The fingerprint of the picture once its frame is cut off, or it is mirrored back, or both.

    ``box`` (left, top, right, bottom), in pixels: what the frame leaves.
    """

    fingerprint: Fingerprint
    mirrored: bool
    framed: bool
    box: tuple[int, int, int, int]


def variants(image: Image.Image) -> Iterator[Variant]:
    """The picture as it is, then what it may have been."""
    grey = image.convert("L")
    whole = fingerprint(grey)
    all_of_it = (0, 0, *image.size)
    yield Variant(whole, False, False, all_of_it)
    yield Variant(mirrored(whole), True, False, all_of_it)
    # A large picture is looked at small: its decoding has cost enough.
    factor = max(1, max(grey.size) // _MOST_SIDE)
    small = grey.reduce(factor)
    for box in dict.fromkeys(_within_frames(small)):
        inner = fingerprint(small.crop(box))
        left, top, *end = (side * factor for side in box)
        right, bottom = map(min, end, image.size)
        yield Variant(inner, False, True, (left, top, right, bottom))
        yield Variant(mirrored(inner), True, True, (left, top, right, bottom))


def _within_frames(image: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """What an even frame leaves (left, top, right, bottom), where there is one."""
    pixels = np.asarray(image)
    outermost = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    if min(line.std() for line in outermost) > max(_EVEN):
        return
    varies = deviations(pixels.astype(np.float32))
    for even in _EVEN:
        rows, columns = within(varies, even)
        box = (columns.start or 0, rows.start or 0, columns.stop, rows.stop)
        large = min(box[2] - box[0], box[3] - box[1]) >= THUMBNAIL_SIDE
        if large and box != (0, 0, *image.size):
            yield box
