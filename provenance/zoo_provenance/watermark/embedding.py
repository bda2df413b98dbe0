"""Embedding: the weakest mark under a perceptual mask that gives every coded bit one margin.

What a picture itself says of a bit (its host interference) is known to the embedder, so it is
taken into account and not fought (Malvar and Florencio 2003, "Improved spread spectrum"): bits
that the picture already favours cost nothing. The margin is the largest that fits the budget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from PIL import Image

from .box import box_mean
from .canonical import WHITEN_FLOOR, correlate, fold, luma_of, sample, spectrum_of, unfold, whiten
from .carriers import CODED_BITS, PILOTS, TILE, Carriers

MARGIN = 7.0
"""The largest margin of a coded bit, in standard deviations of an unmarked picture's statistic."""
LEAST_PSNR = 37.1
"""In dB. Binds on busy pictures, where nothing is seen even so."""
SSIM_LOSS = 0.0173
"""How far the mean structural similarity may fall. Binds on smooth pictures."""
FLAT_AMPLITUDE = 1.8
"""Root mean square of the mark in flat areas, in grey levels, at most."""
_MASK_SHARES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
"""Of the usual mask. Masking by much texture is right where structure is what would be seen; where
the mere size of the change binds, on pictures that are busy all over, an even mark says more."""
_MOST_MASKED = 5.0
_FLATTEST = 5
_PASSES = 3
_FIRST_RMS = 2.5
_C2 = (0.03 * 255) ** 2  # the constant of SSIM (Wang et al. 2004) that keeps flat areas finite
_PILOT_NORM = 18 / np.sqrt(PILOTS)
_MOST_PILOT = 1.6  # of the pilots' norm, at most
_EDGE = 8
_STRIP = 512


@dataclass(frozen=True)
class _Host:
    """The picture on the canonical grid, and what may be done to it."""

    grey: NDArray[np.float32]
    mask: NDArray[np.float32]
    visibility: NDArray[np.float32]
    carriers: Carriers
    signs: NDArray[np.float32]

    def statistics(self, mark: NDArray[np.float32]) -> NDArray[np.float32]:
        """The statistics (264 + 20,) of the marked picture; positive where they are right."""
        whitened, _ = whiten(np.clip(self.grey + mark, 0, 255))
        found = correlate(spectrum_of(fold(whitened)), self.carriers)
        return np.concatenate([found.bits * self.signs, found.pilots.real])

    def tile(self, amplitude: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mark (256, 256), before the mask, of amplitudes (264 + 20,)."""
        carriers = self.carriers
        spectrum = np.zeros(TILE * (TILE // 2 + 1), np.complex64)
        bits = (amplitude[:CODED_BITS] * self.signs)[:, None]
        spectrum.view(np.float32)[carriers.chips] = bits * carriers.signs * carriers.shape
        pilots = amplitude[CODED_BITS:] * carriers.pilot_shape * carriers.pilot_phase
        spectrum[carriers.pilot_index] = pilots
        return np.asarray(scipy.fft.irfft2(spectrum.reshape(TILE, -1), s=(TILE, TILE)))

    def mark(self, amplitude: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mark on the canonical grid."""
        return np.asarray(unfold(self.tile(amplitude), self.grey.shape) * self.mask)

    def allowed(self, mark: NDArray[np.float32]) -> float:
        """By which factor a mark may grow until the first limit binds."""
        seen = np.square(np.clip(self.grey + mark, 0, 255) - self.grey)
        rms = 255 / 10 ** (LEAST_PSNR / 20)
        flat = FLAT_AMPLITUDE * np.sqrt(np.mean(np.square(self.mask)) / np.mean(np.square(mark)))
        by_psnr = rms / np.sqrt(seen.mean() + 1e-9)
        by_ssim = np.sqrt(SSIM_LOSS / (np.mean(seen * self.visibility) + 1e-9))
        return float(min(flat, by_psnr, by_ssim))


def mark_pixels(
    pixels: NDArray[np.uint8], signs: NDArray[np.float32], carriers: Carriers
) -> NDArray[np.uint8]:
    """Pixels (H, W, 3) with the coded word ``signs`` (264,) in them."""
    luma = luma_of(pixels)
    host = _host(sample(luma, luma.scale), signs, carriers)
    tile = host.tile(_amplitudes(host))
    return _add(pixels, unfold(tile, host.grey.shape, _EDGE), host.mask, luma.scale)


def _host(grey: NDArray[np.float32], signs: NDArray[np.float32], carriers: Carriers) -> _Host:
    _, deviation = whiten(grey)
    texture = 1 + 2 * np.square(1.5 * (deviation - WHITEN_FLOOR)) / _C2
    mean = box_mean(grey, 9)
    variance = np.maximum(box_mean(grey * grey, 9) - mean * mean, 0)
    visibility = np.asarray(1 / (2 * variance + _C2), np.float32)
    usual = np.minimum(texture**0.25, _MOST_MASKED)
    flattest = np.percentile(usual, _FLATTEST)  # where no mask is to be stronger than the usual one
    masks = (usual**share * flattest ** (1 - share) for share in _MASK_SHARES)
    mask = max(masks, key=lambda mask: _reach(mask, deviation, visibility))
    return _Host(grey, mask.astype(np.float32), visibility, carriers, signs)


def _reach(
    mask: NDArray[np.float32], deviation: NDArray[np.float32], visibility: NDArray[np.float32]
) -> float:
    """What a mark under this mask says to a reader, who divides by the deviation, within limits."""
    square = np.square(mask)
    by_psnr = 255 / 10 ** (LEAST_PSNR / 20) / np.sqrt(square.mean())
    by_ssim = np.sqrt(SSIM_LOSS / np.mean(square * visibility))
    return float(min(FLAT_AMPLITUDE, by_psnr, by_ssim) * np.mean(mask / deviation))


def _amplitudes(host: _Host) -> NDArray[np.float32]:
    """The amplitudes of bits and pilots: the largest common margin within the budget.

    The statistics are close to linear in the amplitudes; each pass corrects what was left.
    """
    power = _power(host)
    unmarked = host.statistics(np.zeros_like(host.grey))
    amplitude = np.maximum(0, _targets(MARGIN) - unmarked)
    amplitude *= np.float32(_FIRST_RMS / power(amplitude))
    mark = host.mark(amplitude)
    found = host.statistics(mark)
    response = _response(amplitude, found - unmarked)
    for step in range(_PASSES):
        limit = power(amplitude) * host.allowed(mark)
        wanted = _within(limit, found - response * amplitude, response, power)
        amplitude = wanted if step == 0 else (amplitude + wanted) / 2
        mark = host.mark(amplitude)
        if step < _PASSES - 1:
            found = host.statistics(mark)
    return np.asarray(amplitude * np.float32(min(1.0, host.allowed(mark))))


def _targets(margin: float) -> NDArray[np.float32]:
    """What the statistics shall be: the pilots keep up with the bits, and are not much weaker
    where there is little room for either, as without them nothing is found in a crop."""
    share = max(0.7 * margin, 0.55 + 0.22 * max(margin, 0.0))
    pilot = _PILOT_NORM * min(_MOST_PILOT, share)
    return np.concatenate([np.full(CODED_BITS, margin), np.full(PILOTS, pilot)]).astype(np.float32)


def _within(
    limit: float,
    unmarked: NDArray[np.float32],
    response: NDArray[np.float32],
    power: Callable[[NDArray[np.float32]], float],
) -> NDArray[np.float32]:
    """The amplitudes of the largest margin whose mark stays below ``limit``, by bisection."""

    def needed(margin: float) -> NDArray[np.float32]:
        return np.asarray(np.maximum(0, _targets(margin) - unmarked) / response)

    low, high = -1.0, MARGIN
    if power(needed(high)) <= limit:
        return needed(high)
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if power(needed(middle)) > limit else (middle, high)
    return needed(low)


def _response(amplitude: NDArray[np.float32], gained: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a unit of amplitude gives: one figure for all bits, one for all pilots."""
    response = np.empty_like(amplitude)
    for part in (slice(None, CODED_BITS), slice(CODED_BITS, None)):
        a, g = amplitude[part], gained[part]
        response[part] = max(float(a @ g) / (float(a @ a) + 1e-12), 1e-6)
    return response


def _power(host: _Host) -> Callable[[NDArray[np.float32]], float]:
    """The root mean square of the mark of some amplitudes, by Parseval, without making it."""
    carriers = host.carriers
    bits = np.square(carriers.shape).sum(axis=1)
    each = np.concatenate([bits, np.square(carriers.pilot_shape)]) * 2 / TILE**4
    mask = float(np.sqrt(np.mean(np.square(host.mask))))
    return lambda amplitude: mask * float(np.sqrt(each @ np.square(amplitude))) + 1e-12


def _add(
    pixels: NDArray[np.uint8],
    tiles: NDArray[np.float32],
    mask: NDArray[np.float32],
    scale: float,
) -> NDArray[np.uint8]:
    """The mark, scaled to the picture strip by strip, added to all three channels alike."""
    height, width = pixels.shape[:2]
    mark = Image.fromarray(tiles * np.pad(mask, _EDGE, mode="edge"))
    around = max(1, int((_EDGE - 1) / scale))
    out = np.empty_like(pixels)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        first, last = (_EDGE + (row * scale) for row in (top - around, bottom + around))
        box = (_EDGE, first, min(_EDGE + width * scale, mark.width), min(last, mark.height))
        rows = bottom - top + 2 * around
        strip = np.asarray(mark.resize((width, rows), Image.Resampling.BICUBIC, box=box))
        added = np.rint(strip[around : around + bottom - top]).astype(np.int16)[..., None]
        out[top:bottom] = np.clip(pixels[top:bottom] + added, 0, 255)
    return out
