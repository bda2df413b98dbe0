"""The radial power spectrum: how much a picture varies at each scale.

Upsampling leaves too much or too little power at fine scales: R. Durall et al., "Watch your
Up-Convolution" (2020, arXiv:2003.01826, section 3.1), and T. Dzanic et al., "Fourier Spectrum
Discrepancies in Deep Network Generated Images" (2020, arXiv:1911.06465).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zoo.errors import UsageError

from .arrays import Features, as_pair

LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue in luminance: ITU-R BT.601."""
ROUNDING = 1 / (12 * 255**2)
"""Power of rounding to 8 bits, added everywhere: what is fainter cannot be read off a picture."""
LEAST_SIDE = 8


def radial_spectrum(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """log10 of the mean power in each of R = min(H, W) // 2 rings, (B, R), of uint8 (B, H, W, 3).

    Of luminance in [0, 1] without its mean, under a Hann window in both directions (borders that do
    not meet would look like fine detail), scaled so that white noise of variance v has power v in
    every ring. Ring r, from 1, holds the frequencies within a half of r cycles a shorter side.
    Raises UsageError.
    """
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
        raise UsageError(
            f"expected pictures uint8 (B, H, W, 3); got {pictures.dtype} {pictures.shape}"
        )
    height, width = pictures.shape[1:3]
    if min(height, width) < LEAST_SIDE:
        raise UsageError(f"pictures of {width} x {height}; a spectrum needs {LEAST_SIDE} a side")
    luminance = pictures @ (np.array(LUMA) / 255)
    luminance -= luminance.mean(axis=(1, 2), keepdims=True)
    window = np.outer(_hann(height), _hann(width))
    power = np.abs(np.fft.fft2(luminance * window)) ** 2 / (window**2).sum()
    side = min(height, width)
    down, across = np.fft.fftfreq(height) * side, np.fft.fftfreq(width) * side
    ring = np.rint(np.hypot(down[:, None], across)).astype(np.int64).ravel()
    order = np.argsort(ring, kind="stable")
    order = order[ring[order] <= side // 2]  # not the corners
    starts = np.searchsorted(ring[order], np.arange(1, side // 2 + 1))
    sums = np.add.reduceat(power.reshape(len(power), -1)[:, order], starts, axis=1)
    means = sums / np.diff(starts, append=len(order))
    spectrum: NDArray[np.float32] = np.log10(means + ROUNDING).astype(np.float32)
    return spectrum


def spectrum_distance(samples: ArrayLike, reference: ArrayLike) -> float:
    """Of spectra (N, R): root mean square difference of the two mean spectra over rings, decibels.

    Every ring counts alike, though the outer ones hold little power: it is there that generators
    show. Raises UsageError.
    """
    x, y = as_pair(samples, reference)
    apart: Features = 10 * (x.mean(axis=0) - y.mean(axis=0))
    return float(np.sqrt((apart**2).mean()))


def _hann(length: int) -> Features:
    """Periodic, (length,)."""
    window: Features = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return window
