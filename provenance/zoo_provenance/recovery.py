"""Whether a picture that carries a mark is the picture that the mark was made for.

A mark can be copied from one picture onto another. So what the mark's reader found of the picture's
position (:class:`~zoo_provenance.watermark.Pose`) is undone, and what is left of the picture is
compared with the small grey thumbnail that the ledger keeps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import uniform_filter

from .fingerprint import THUMBNAIL_SIDE
from .watermark import Pose
from .watermark.canonical import Luma, luma_of
from .watermark.carriers import TILE
from .watermark.search import place

MOST_RESIDUAL = 0.3
"""Of an agreement: what a gain and an offset leave of the thumbnail's contrast, as a share.

Measured on 96 pictures of the models: after crops, borders, rotation, screenshots and chains of
JPEG at most 0.25 (brightness, which clips); marks pasted onto others at least 0.38.
"""
_EVEN = 2.5  # deviation of a line of an even frame, in grey levels
LEAST_DIFFERENCE = 4.0
LEAST_COVERED = 0.15
LEAST_CONTRAST = 2.0
"""Nothing can be said where the pictures differ by less than four grey levels, though by more than
is an agreement, because there is little contrast; and where too little is covered."""


@dataclass(frozen=True)
class Resemblance:
    """``residual`` is the root mean square of what differs over the contrast, 0 for one picture
    and 1 for two that have nothing in common; None where nothing can be said. ``covered`` is the
    share of the marked picture that is still there."""

    residual: float | None
    covered: float

    @property
    def agrees(self) -> bool | None:
        return None if self.residual is None else self.residual <= MOST_RESIDUAL


def resemblance(
    pixels: NDArray[np.uint8], pose: Pose, thumbnail: bytes, size: tuple[int, int] | None
) -> Resemblance:
    """How far ``pixels`` (H, W, 3), lying as ``pose`` says, agree with a thumbnail (4,096 bytes)
    of the whole picture, whose ``size`` was (height, width); None: that of ``pixels``."""
    luma = luma_of(pixels)
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    kept = np.frombuffer(thumbnail, np.uint8).reshape(side).astype(np.float32)
    found = [_compare(kept, *laid) for laid in _laid_out(luma, pose, size or luma.size)]
    known = [one for one in found if one.residual is not None]
    if known:
        return min(known, key=lambda one: one.residual or 0.0)
    return Resemblance(None, max((one.covered for one in found), default=0.0))


def _laid_out(
    luma: Luma, pose: Pose, size: tuple[int, int]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """The picture where it lay in the whole one, as a thumbnail, and which of it is covered.

    The tile repeats, so a position is known up to multiples of its side: each gives an answer.
    """
    grid = place(luma, pose)
    scale = TILE / float(np.sqrt(size[0] * size[1]))
    whole = tuple(round(side * scale) for side in size)
    inside = _inside(luma, pose)
    for top in _starts(round(pose.offset[0]), grid.shape[0], whole[0]):
        for left in _starts(round(pose.offset[1]), grid.shape[1], whole[1]):
            canvas, mask = np.zeros(whole, np.float32), np.zeros(whole, np.float32)
            rows, columns = (
                _overlap(top, grid.shape[0], whole[0]),
                _overlap(left, grid.shape[1], whole[1]),
            )
            source = (_moved(rows, -top), _moved(columns, -left))
            mask[rows, columns] = inside[source]
            canvas[rows, columns] = grid[source] * inside[source]
            covered = _small(mask)
            shown = _small(canvas) / np.maximum(covered, 1e-6)
            yield shown.astype(np.float32), covered > 0.98


def _inside(luma: Luma, pose: Pose) -> NDArray[np.float32]:
    """Where a placed picture shows itself, and neither what turning put into its corners nor an
    even frame that somebody laid around it."""
    shown = np.ones(luma.grey.shape, np.float32)
    uneven = [np.flatnonzero(luma.grey.std(axis=axis) > _EVEN) for axis in (1, 0)]
    if all(len(lines) for lines in uneven):
        rows, columns = uneven
        shown[:] = 0
        shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 1
    placed = place(dataclasses.replace(luma, grey=shown), pose)
    return (placed > 0.99).astype(np.float32)


def _starts(offset: int, length: int, whole: int) -> list[int]:
    """Positions at which at least half of what can overlap does."""
    starts = range(offset - 2 * TILE, offset + whole, TILE)
    overlaps = {s: min(s + length, whole) - max(s, 0) for s in starts}
    return [s for s, overlap in overlaps.items() if overlap >= min(length, whole) / 2]


def _overlap(start: int, length: int, whole: int) -> slice:
    return slice(max(0, start), min(whole, start + length))


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def _small(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return np.asarray(Image.fromarray(grid).resize(side, Image.Resampling.LANCZOS))


def _compare(
    kept: NDArray[np.float32], found: NDArray[np.float32], covered: NDArray[np.bool_]
) -> Resemblance:
    share = round(float(covered.mean()), 3)
    if share < LEAST_COVERED:
        return Resemblance(None, share)
    # The mark, noise and re-encoding are finer than what makes a picture this picture.
    x, y = uniform_filter(kept, 3)[covered], uniform_filter(found, 3)[covered]
    x, y = x - x.mean(), y - y.mean()
    contrast = float(np.sqrt(np.mean(x * x)))
    if contrast < LEAST_CONTRAST:
        return Resemblance(None, share)
    gain = float(np.clip(np.mean(x * y) / contrast**2, 0.4, 2.5))
    difference = float(np.sqrt(np.mean(np.square(y - gain * x)))) / gain
    residual = difference / contrast
    if residual > MOST_RESIDUAL and difference < LEAST_DIFFERENCE:
        return Resemblance(None, share)
    return Resemblance(round(residual, 4), share)
