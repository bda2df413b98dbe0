"""Where a mark may lie: scale, rotation and mirroring from the pilots' magnitudes, then the shift.

The magnitudes of the pilots stand out of the picture's spectrum at places that scale and turn with
it, wherever it is cut. All combinations on a fine grid are scored from one spectrum; the best are
looked at with phases, which tell the shift.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from PIL import Image

from .box import box_mean
from .canonical import Correlation, Luma, correlate, fold, sample, spectrum_of, whiten
from .carriers import PILOTS, TILE, Carriers

SCALES = np.exp(np.arange(np.log(0.36), np.log(1.65), 0.004))
"""Of what is left of the picture, relative to a whole one: 0.7 after a crop to 0.7 of each side,
1.2 with a border of a tenth."""
DEGREES = np.arange(-6, 6.01, 0.25)
_UPRIGHT = len(DEGREES) // 2
_FINER = 1.5
_PADDED = 1024
_WINDOW = 35
_CAP = 8.0
_LOOKED_AT = 48
_UPRIGHT_LOOKED_AT = 28
_SHIFTS = 3
_PILOT_CLIP = 3.0
_STEPS = (0.004, 0.002, 0.002, 0.001, 0.001, 0.0005)
"""By which a pose is moved in turn: shares of the scale."""
_STEP_OF_A_DEGREE = 0.0175
"""Radians of a degree: a turn by a step moves the edge as far as a scaling by it."""
_ROOTS = np.exp(2j * np.pi * np.arange(TILE) / TILE).astype(np.complex64)


@dataclass(frozen=True)
class Pose:
    """How a picture lies on the canonical grid: it is mirrored first, then scaled (grid pixels for
    one of the picture's), then turned about its centre (counter-clockwise), then moved so that
    its top left corner comes to ``offset`` (down, across) on the tile, 0 to 256."""

    mirrored: bool
    scale: float
    degrees: float
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Candidate:
    """A pose and what the carriers say under it; ``score`` is the pilots' sum in phase, of unit
    variance without a mark."""

    score: float
    pose: Pose
    correlation: Correlation


def place(luma: Luma, pose: Pose) -> NDArray[np.float32]:
    """The luma mirrored, scaled and turned as the pose says, but not moved."""
    grid = sample(luma.mirrored if pose.mirrored else luma, pose.scale)
    if pose.degrees == 0:
        return grid
    turned = Image.fromarray(grid).rotate(
        pose.degrees, Image.Resampling.BICUBIC, fillcolor=float(grid.mean())
    )
    return np.asarray(turned)


def candidates(luma: Luma, carriers: Carriers) -> Iterator[list[Candidate]]:
    """Where a mark may be, the likeliest first: in an upright picture, then in one that may be
    mirrored or turned as well.

    A crop is what happens most, and among the upright poses alone a faint mark still ranks high.
    """
    for poses in _likely_poses(luma, carriers):
        found = [one for pose in poses for one in _shifted(luma, pose, carriers)]
        yield sorted(found, key=lambda candidate: -candidate.score)


def _likely_poses(luma: Luma, carriers: Carriers) -> Iterator[list[Pose]]:
    """The best scales of an upright picture, and the best of the other combinations of mirroring,
    scale and rotation; no two of them neighbours."""
    power = _spectrum(luma)
    step = max(1.0, luma.scale) / _FINER
    upright = _scores(power, step, carriers, False)
    alone = upright[None, :, _UPRIGHT : _UPRIGHT + 1].copy()
    likely = [*_peaks(alone, _UPRIGHT_LOOKED_AT, apart=1)]
    yield [Pose(False, float(SCALES[i] * luma.scale), 0.0) for _, i, _ in likely]
    for _, i, _ in likely:
        upright[max(0, i - 1) : i + 2, _UPRIGHT] = -np.inf
    both = np.stack([upright, _scores(power, step, carriers, True)])
    yield [
        Pose(bool(mirrored), float(SCALES[i] * luma.scale), float(DEGREES[j]))
        for mirrored, i, j in _peaks(both, _LOOKED_AT, apart=2)
    ]


def _peaks(scores: NDArray[np.float32], count: int, apart: int) -> Iterator[tuple[int, int, int]]:
    """The places (mirrored, scale, rotation) of the highest scores, more than ``apart`` scales
    from each other; the scores themselves are used up."""
    for _ in range(count):
        mirrored, i, j = (int(k) for k in np.unravel_index(scores.argmax(), scores.shape))
        yield mirrored, i, j
        scores[mirrored, max(0, i - apart) : i + apart + 1, max(0, j - 1) : j + 2] = -np.inf


def _spectrum(luma: Luma) -> NDArray[np.float32]:
    """The power of the whitened luma over its surroundings' (1024, 513), at most 8; on a grid finer
    than the canonical one, but for pictures that are smaller than that."""
    grid = sample(luma, _FINER * min(1.0, luma.scale))
    whitened, _ = whiten(grid, 1 / _FINER)
    spectrum = scipy.fft.rfft2(whitened, s=(_PADDED, _PADDED))
    power = spectrum.real**2 + spectrum.imag**2
    around = box_mean(power, _WINDOW, wrap=True) + 1e-9
    return np.asarray(np.minimum(power / around, _CAP))


def _scores(
    power: NDArray[np.float32], step: float, carriers: Carriers, mirrored: bool
) -> NDArray[np.float32]:
    """How much the pilots stand out (scales, rotations), in standard deviations."""
    places = _places(carriers.pilots.tobytes(), step, mirrored)
    stands_out = np.append(power.ravel(), np.float32(1))[places]
    return np.asarray((stands_out.sum(axis=2) - PILOTS) / np.float32(np.sqrt(PILOTS)))


@lru_cache(maxsize=4)
def _places(pilots: bytes, step: float, mirrored: bool) -> NDArray[np.int64]:
    """Where each pilot is under each scale and rotation (scales, rotations, 20): indices into the
    flattened power, the one after its end for what lies outside. They take longer to find than to
    look up, and all pictures but small ones have the same."""
    down, across = (np.frombuffer(pilots, np.int64).reshape(-1, 2) / TILE).T
    across = -across if mirrored else across
    turn = np.deg2rad(DEGREES)[:, None]
    turned_down = down * np.cos(turn) + across * np.sin(turn)
    turned_across = across * np.cos(turn) - down * np.sin(turn)
    scales = (SCALES * step * _PADDED)[:, None, None]
    y, x = np.rint(turned_down * scales), np.rint(turned_across * scales)
    y, x = np.where(x < 0, -y, y).astype(np.int64), np.abs(x).astype(np.int64)
    half = _PADDED // 2
    inside = (x <= half) & (np.abs(y) < half)
    return np.where(inside, y % _PADDED * (half + 1) + x, _PADDED * (half + 1))


def _shifted(luma: Luma, pose: Pose, carriers: Carriers) -> Iterator[Candidate]:
    """The likeliest shifts under a pose."""
    whitened, _ = whiten(place(luma, pose))
    spectrum = spectrum_of(fold(whitened))
    pilots = correlate(spectrum, carriers).pilots
    clipped = pilots / np.maximum(1, np.abs(pilots) / _PILOT_CLIP)
    surface = np.zeros(spectrum.size, np.complex64)
    surface[carriers.pilot_index] = clipped
    shape = (TILE, TILE)
    sums = scipy.fft.irfft2(surface.reshape(spectrum.shape), s=shape).ravel()
    sums *= TILE * TILE / 2 / np.sqrt(PILOTS)
    for peak in np.argpartition(-sums, _SHIFTS)[:_SHIFTS]:
        down, across = divmod(int(peak), TILE)
        moved = spectrum * _ramp(down, across)
        offset = (float(-down % TILE), float(-across % TILE))
        at = Pose(pose.mirrored, pose.scale, pose.degrees, offset)
        yield Candidate(float(sums[peak]), at, correlate(moved, carriers))


def refined(luma: Luma, pose: Pose, signs: NDArray[np.float32], carriers: Carriers) -> Pose:
    """A pose under which the coded word ``signs`` (264,) was read, to a fraction of a pixel.

    Now that the whole mark is known, scale and rotation are moved to where it fits best.
    """
    template = np.zeros(TILE * (TILE // 2 + 1), np.complex64)
    template.view(np.float32)[carriers.chips] = signs[:, None] * carriers.signs * carriers.weight
    template[carriers.pilot_index] = carriers.pilot_phase * carriers.pilot_weight
    known = template.reshape(TILE, -1).conj()
    best, fit = pose, -np.inf
    for step in _STEPS:
        for scale, degrees in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step), (0.0, 0.0)):
            tried = dataclasses.replace(
                pose,
                scale=pose.scale * (1 + scale),
                degrees=pose.degrees + degrees / _STEP_OF_A_DEGREE,
            )
            peak, offset = _fit(luma, tried, known)
            if peak > fit:
                best, fit = dataclasses.replace(tried, offset=offset), peak
        pose = best
    return best


def _fit(luma: Luma, pose: Pose, known: NDArray[np.complex64]) -> tuple[float, tuple[float, float]]:
    """How well a known mark fits, and at which offset, to an eighth of a pixel.

    Between pixels the correlation is evaluated around its peak by a small Fourier sum of its own
    (Guizar-Sicairos et al. 2008, "Efficient subpixel image registration algorithms").
    """
    whitened, _ = whiten(place(luma, pose))
    product = spectrum_of(fold(whitened)) * known
    surface = scipy.fft.irfft2(product, s=(TILE, TILE))
    peak = np.unravel_index(surface.argmax(), surface.shape)
    down, across = (int(k) + np.arange(-0.75, 0.76, 0.125) for k in peak)
    y, x = np.fft.fftfreq(TILE), np.fft.rfftfreq(TILE)
    sums = np.exp(2j * np.pi * down[:, None] * y) @ product
    near = (sums @ np.exp(2j * np.pi * x[:, None] * across)).real
    i, j = np.unravel_index(near.argmax(), near.shape)
    return float(near[i, j]), (float(-down[i] % TILE), float(-across[j] % TILE))


def _ramp(down: int, across: int) -> NDArray[np.complex64]:
    """What moves a tile up by ``down`` and left by ``across``, applied to its spectrum."""
    up, left = down * np.arange(TILE) % TILE, across * np.arange(TILE // 2 + 1) % TILE
    return np.asarray(_ROOTS[up][:, None] * _ROOTS[left])
