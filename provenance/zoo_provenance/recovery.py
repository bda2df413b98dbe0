"""Whether a picture that carries a mark is the picture that the mark was made for.

A mark can be copied from one picture onto another. So what the mark's reader found of the picture's
position (:class:`~zoo_provenance.watermark.Pose`) is undone, and what is left of the picture is
compared with the small grey thumbnail that the ledger keeps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .fingerprint import THUMBNAIL_SIDE
from .frame import unframed
from .watermark import Pose
from .watermark.box import box_mean
from .watermark.canonical import Luma, luma_of
from .watermark.carriers import TILE
from .watermark.search import place

MOST_RESIDUAL = 0.27
"""Of an agreement: what a gain and an offset leave of the thumbnail's contrast, as a share.

Measured on pictures of the models: after crops, borders, rotation, screenshots and chains of JPEG
at most 0.25 (brightness, which clips); marks pasted among 60 flat pictures of land, 20 of a label,
at least 0.279 (3,540 pairs).
"""
LEAST_DIFFERENCE = 4.0
LEAST_COVERED = 0.15
LEAST_UNFRAMED = 0.4
SAME = 12.0  # grey levels, at one place of a thumbnail
LEAST_CONTRAST = 1.0
"""Nothing can be said where the pictures differ by less than four grey levels, though by more than
is an agreement, because there is little contrast; where too little is covered, or too little apart
from an even frame; and where there is next to no contrast."""


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
    laid = list(_laid_out(luma, pose, size or luma.size))
    whole = _best(_compare(kept, one.grey, one.covered, one.covered) for one in laid)
    if whole.agrees:
        return whole
    # A frame around a crop lies where the rest of the picture was, and a cover lies on it.
    shown = _best(_compare(kept, one.grey, one.unframed, one.covered) for one in laid)
    if shown.agrees is None and shown.covered >= LEAST_COVERED:
        return shown
    if not shown.agrees:
        return whole
    return shown if shown.covered >= LEAST_UNFRAMED else Resemblance(None, shown.covered)


def _best(found: Iterable[Resemblance]) -> Resemblance:
    """The likeliest of what several positions give; nothing can be said where there is none."""
    nothing = Resemblance(None, 0.0)
    return min(
        found, key=lambda one: np.inf if one.residual is None else one.residual, default=nothing
    )


@dataclass(frozen=True)
class _Laid:
    """The picture as a thumbnail of the whole one: ``grey`` (64, 64), where it is ``covered`` by
    the picture, and where by what lies within an even frame."""

    grey: NDArray[np.float32]
    covered: NDArray[np.bool_]
    unframed: NDArray[np.bool_]


def _laid_out(luma: Luma, pose: Pose, size: tuple[int, int]) -> Iterator[_Laid]:
    """The picture where it lay in the whole one.

    The tile repeats, so a position is known up to multiples of its side: each gives an answer.
    """
    grid = place(luma, pose)
    scale = TILE / float(np.sqrt(size[0] * size[1]))
    whole = (round(size[0] * scale), round(size[1] * scale))
    inside = np.ones(grid.shape, np.float32)
    if pose.degrees:
        inside *= _unturned(grid.shape, pose.degrees)
    within = place(dataclasses.replace(luma, grey=_unframed(luma.grey)), pose) > 0.99
    for top in _starts(round(pose.offset[0]), grid.shape[0], whole[0]):
        for left in _starts(round(pose.offset[1]), grid.shape[1], whole[1]):
            at = (top, left)
            mask = _put(inside, at, whole)
            covered = _small(mask)
            shown = _small(_put(inside * within, at, whole))
            grey = _small(_put(grid * inside, at, whole)) / np.maximum(covered, 1e-6)
            yield _Laid(grey.astype(np.float32), covered > 0.98, shown > 0.98)


def _put(
    grid: NDArray[np.float32], at: tuple[int, int], whole: tuple[int, int]
) -> NDArray[np.float32]:
    """A grid of that size with ``grid`` laid on it, its corner at ``at``, and zeros around."""
    canvas = np.zeros(whole, np.float32)
    rows, columns = (
        slice(max(0, start), min(end, start + length))
        for start, end, length in zip(at, whole, grid.shape, strict=True)
    )
    canvas[rows, columns] = grid[
        rows.start - at[0] : rows.stop - at[0], columns.start - at[1] : columns.stop - at[1]
    ]
    return canvas


def _unturned(shape: tuple[int, ...], degrees: float) -> NDArray[np.bool_]:
    """Where a turned grid shows the picture and not its filled corners."""
    ones = Image.fromarray(np.ones(shape, np.float32))
    return np.asarray(ones.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=0.0)) > 0.99


def _unframed(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 within an even frame that lies around a picture, 0 on it."""
    shown = np.zeros(grey.shape, np.float32)
    shown[unframed(grey)] = 1
    return shown


def _starts(offset: int, length: int, whole: int) -> list[int]:
    """Positions at which at least half of what can overlap does."""
    starts = range(offset - 2 * TILE, offset + whole, TILE)
    overlaps = {s: min(s + length, whole) - max(s, 0) for s in starts}
    return [s for s, overlap in overlaps.items() if overlap >= min(length, whole) / 2]


def _small(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return np.asarray(Image.fromarray(grid).resize(side, Image.Resampling.LANCZOS))


def _compare(
    kept: NDArray[np.float32],
    found: NDArray[np.float32],
    compared: NDArray[np.bool_],
    covered: NDArray[np.bool_],
) -> Resemblance:
    """Two thumbnails, where ``compared``; what agrees of all that is ``covered`` is to be seen."""
    if compared.mean() < LEAST_COVERED:
        return Resemblance(None, round(float(compared.mean()), 3))
    # The mark, noise and re-encoding are finer than what makes a picture this picture; what lies
    # beside it must not run into it.
    x, y = _smoothed(kept, compared), _smoothed(found, compared)
    mx, my = x[compared].mean(), y[compared].mean()
    x, y = x - mx, y - my
    contrast = float(np.sqrt(np.mean(np.square(x[compared]))))
    share = round(float(covered.mean()), 3)
    if contrast < LEAST_CONTRAST:
        return Resemblance(None, share)
    gain = float(np.clip(np.mean((x * y)[compared]) / contrast**2, 0.4, 2.5))
    difference = float(np.sqrt(np.mean(np.square((y - gain * x)[compared])))) / gain
    residual = difference / contrast
    if residual > MOST_RESIDUAL and difference < LEAST_DIFFERENCE:
        return Resemblance(None, share)
    if compared is not covered:
        x, y = _smoothed(kept, covered) - mx, _smoothed(found, covered) - my
        seen = compared | (np.abs(y - gain * x) / gain < SAME)
        share = round(float((covered & seen).mean()), 3)
    return Resemblance(round(residual, 4), share)


def _smoothed(grey: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Means of 3 x 3 neighbourhoods, of what is there."""
    weight = where.astype(np.float32)
    return np.asarray(box_mean(grey * weight, 3) / (box_mean(weight, 3) + 1e-6))
