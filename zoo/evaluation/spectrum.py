"""The radial power spectrum of a picture: how much of it is coarse, how much fine.

Generators that upsample leave too much or too little power at high frequencies: R. Durall et al.,
"Watch your Up-Convolution" (2020, arXiv:2003.01826).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

RINGS = 32
"""Rings of equal width from 0 to the Nyquist frequency, half a cycle a pixel."""
MOST_SIDE = 1024
"""Of larger pictures the middle counts, at its own resolution."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_FLOOR = 1e-3
"""Added to a ring's mean power in squared levels (rounding to bytes alone gives a twelfth), so that
an even picture has a logarithm."""


class _Plan(NamedTuple):
    """For pictures of one size: a Hann window (H, W) of mean square 1; the ring of each frequency
    of ``rfft2``, RINGS for those beyond, and how often it counts; the sum of that by ring."""

    window: NDArray[np.float32]
    ring: NDArray[np.int64]
    weight: NDArray[np.float32]
    share: NDArray[np.float64]


def radial_spectrum(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """log10 of the mean power of luminance in each ring, (RINGS,), of a picture (H, W, 3).

    The mean is taken off and a Hann window laid on, so that borders that do not meet count for
    little. The power of even noise is its variance at every ring, whatever the size. A ring without
    a frequency of its own, as in pictures below 64 pixels, takes what lies between its neighbours.
    """
    height, width = (min(side, MOST_SIDE) for side in picture.shape[:2])
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    plan = _plan(height, width)
    grey = picture[top : top + height, left : left + width] @ _LUMA
    grey -= grey.mean()
    grey *= plan.window
    waves = scipy.fft.rfft2(grey)
    power = (waves.real**2 + waves.imag**2).ravel() * plan.weight
    total = np.bincount(plan.ring, power, RINGS + 1)[:RINGS]
    own = plan.share > 0
    means = total[own] / plan.share[own] / grey.size
    every = np.zeros(RINGS)  # of a single pixel, which has no frequency
    if own.any():
        every = np.interp(np.arange(RINGS), np.flatnonzero(own), means)
    spectrum: NDArray[np.float32] = np.log10(every + _FLOOR).astype(np.float32)
    return spectrum


@lru_cache(maxsize=16)
def _plan(height: int, width: int) -> _Plan:
    window = np.hanning(height + 2)[1:-1, None] * np.hanning(width + 2)[None, 1:-1]
    window /= np.sqrt((window**2).mean())
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    ring = np.minimum((np.hypot(y, x) * 2 * RINGS).astype(np.int64), RINGS).ravel()
    weight = np.full((height, width // 2 + 1), 2.0)  # a wave and its conjugate, which is left away
    weight[:, 0] = 1
    if width % 2 == 0:
        weight[:, -1] = 1
    weight[0, 0] = 0  # the mean
    share = np.bincount(ring, weight.ravel(), RINGS + 1)[:RINGS].astype(np.float64)
    return _Plan(window.astype(np.float32), ring, weight.ravel().astype(np.float32), share)
