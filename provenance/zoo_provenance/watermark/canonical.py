"""The canonical grid: a picture's luma at an area of 256 x 256, whitened, and correlated.

Marking and reading both happen on this grid, so that a picture's size does not matter. Its aspect
is kept; the mark is a tile of 256 x 256 that repeats, and a reader folds the picture onto the tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from .box import box_mean
from .carriers import TILE, Carriers, band
from .resampling import resample

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_SHRUNK_SIDE = 1024
_STRIP = 1 << 17  # pixels
WHITEN_WINDOW = 5
WHITEN_FLOOR = 1.0
WHITEN_CLIP = 2.0
"""Grey levels added to the local deviation, so that rounding noise in flat areas stays small; and
how many of these deviations a single pixel may count."""
_SPECTRUM_WINDOW = 9
_STEPS = 8192


@dataclass(frozen=True)
class Luma:
    """``grey``: float32 (h, w), 0 to 255, at 1 / ``shrink`` of the picture's ``size`` (H, W)."""

    grey: NDArray[np.float32]
    shrink: int
    size: tuple[int, int]

    @property
    def scale(self) -> float:
        """Canonical pixels for one pixel of the picture, where it is whole."""
        return float(TILE / np.sqrt(self.size[0] * self.size[1]))

    @cached_property
    def mirrored(self) -> Luma:
        """Left and right exchanged."""
        return Luma(np.ascontiguousarray(self.grey[:, ::-1]), self.shrink, self.size)


def luma_of(pixels: NDArray[np.uint8]) -> Luma:
    """The luma of a picture (H, W, 3); a large one is averaged down. Strip by strip, so that what
    is at work stays in the processor's cache."""
    height, width = pixels.shape[:2]
    shrink = max(1, int(np.sqrt(height * width) / _SHRUNK_SIDE))
    shrink = min(shrink, height, width)
    rows, columns = height // shrink, width // shrink
    weights = np.tile(_LUMA, shrink) / np.float32(shrink**2)
    grey = np.empty((rows, columns), np.float32)
    step = max(1, _STRIP // (width * shrink))
    for row in range(0, rows, step):
        some = grey[row : row + step]
        strip = pixels[row * shrink : (row + len(some)) * shrink, : columns * shrink]
        if shrink == 1:
            np.matmul(strip.astype(np.float32), weights, out=some)
            continue
        lines = strip.reshape(len(some), shrink, columns * shrink, 3)
        summed = lines.sum(axis=1, dtype=np.float32)
        np.matmul(summed.reshape(len(some), columns, 3 * shrink), weights, out=some)
    return Luma(grey, shrink, (height, width))


def sample(luma: Luma, scale: float) -> NDArray[np.float32]:
    """The luma at ``scale`` grid pixels for one pixel of the picture, from its top left corner."""
    height, width = (max(16, int(side * scale + 1e-6)) for side in luma.size)
    here = luma.grey.shape
    if (height, width) == here:
        return luma.grey
    down = min(height / scale / luma.shrink, here[0])
    across = min(width / scale / luma.shrink, here[1])
    return resample(luma.grey, (height, width), (down / height, across / width))


def whiten(
    grey: NDArray[np.float32], coarseness: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A grid's middle band over its local deviation, clipped; and that deviation.

    ``coarseness`` is a pixel's size on a canonical grid: below 1 where the grid is finer.
    """
    height, width = grey.shape
    spectrum = scipy.fft.rfft2(grey - grey.mean()) * _band(height, width, coarseness)
    passed = scipy.fft.irfft2(spectrum, s=(height, width))
    square = box_mean(box_mean(passed * passed, WHITEN_WINDOW), WHITEN_WINDOW)
    deviation = np.sqrt(square) + np.float32(WHITEN_FLOOR)
    return np.clip(passed / deviation, -WHITEN_CLIP, WHITEN_CLIP), deviation


def fold(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """A grid of any size summed onto the tile (256, 256) that repeats over it."""
    if grid.shape == (TILE, TILE):
        return grid
    rows, columns = (-(-side // TILE) for side in grid.shape)
    padded = np.zeros((rows * TILE, columns * TILE), np.float32)
    padded[: grid.shape[0], : grid.shape[1]] = grid
    return np.asarray(padded.reshape(rows, TILE, columns, TILE).sum(axis=(0, 2)))


def unfold(
    tile: NDArray[np.float32], shape: tuple[int, ...], margin: int = 0
) -> NDArray[np.float32]:
    """The tile repeated over a grid of that shape and ``margin`` pixels around it."""
    rows = np.arange(-margin, shape[0] + margin) % TILE
    columns = np.arange(-margin, shape[1] + margin) % TILE
    return np.asarray(tile[rows[:, None], columns])


@dataclass(frozen=True)
class Correlation:
    """What a tile says: ``bits`` (264,) and ``pilots`` (20,) complex, each of unit variance (and
    unit variance of each part) where there is no mark; a mark makes a bit positive for 0."""

    bits: NDArray[np.float32]
    pilots: NDArray[np.complex64]


def spectrum_of(tile: NDArray[np.float32]) -> NDArray[np.complex64]:
    """The tile's half spectrum (256, 129), its magnitudes evened out where some stand out."""
    spectrum = scipy.fft.rfft2(tile)
    power = spectrum.real**2 + spectrum.imag**2
    around = box_mean(power, _SPECTRUM_WINDOW, wrap=True) + 1e-3 * power.mean() + 1e-12
    return np.asarray(spectrum / np.sqrt(np.sqrt(around)), np.complex64)


def correlate(spectrum: NDArray[np.complex64], carriers: Carriers) -> Correlation:
    """The spectrum of a folded, whitened tile against the carriers."""
    flat = spectrum.ravel()
    chips = flat.view(np.float32)[carriers.chips] * carriers.signs * carriers.weight
    bits = chips.sum(axis=1)
    unit = float(np.sqrt(np.square(chips).sum() / len(chips))) + 1e-9
    pilots = flat[carriers.pilot_index] * carriers.pilot_phase.conj() * carriers.pilot_weight
    return Correlation(bits / unit, pilots / (unit / np.sqrt(chips.shape[1])))


@lru_cache(maxsize=16)
def _band(height: int, width: int, coarseness: float) -> NDArray[np.float32]:
    down = np.square(np.fft.fftfreq(height) / coarseness).astype(np.float32)[:, None]
    across = np.square(np.fft.rfftfreq(width) / coarseness).astype(np.float32)
    steps = np.minimum(np.sqrt(down + across) * np.float32(_STEPS), _STEPS - 1)
    return np.asarray(_table()[steps.astype(np.int16)])


@lru_cache(maxsize=1)
def _table() -> NDArray[np.float32]:
    """The band at frequencies from 0 to 1 cycles a pixel: a search asks for it in many sizes."""
    return band((np.arange(_STEPS) + 0.5) / _STEPS)
