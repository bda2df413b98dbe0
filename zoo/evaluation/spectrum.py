"""The radial power spectrum of a picture: how much of it is coarse, how much fine.

Generators that upsample leave too much or too little power at high frequencies: R. Durall et al.,
"Watch your Up-Convolution" (2020, arXiv:2003.01826).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RINGS = 32
"""Rings of equal width from 0 to the Nyquist frequency, half a cycle a pixel."""
MOST_SIDE = 1024
"""Of larger pictures the middle counts, at its own resolution."""
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
_FLOOR = 1e-4
"""Of a ring's mean power, in squared levels: about that of rounding to bytes, over a thousand."""


def radial_spectrum(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """log10 of the mean power of luminance in each ring, (RINGS,), of a picture (H, W, 3).

    The mean is taken off and a Hann window laid on, so that edges that do not meet count for
    little. Power is that of a picture's pixels whatever its size; a ring without a frequency of its
    own, as in pictures below 64 pixels, takes the nearest ring's.
    """
    height, width = (min(side, MOST_SIDE) for side in picture.shape[:2])
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    grey = picture[top : top + height, left : left + width] @ _LUMA
    window = np.hanning(height + 2)[1:-1, None] * np.hanning(width + 2)[None, 1:-1]
    transformed = np.fft.rfft2((grey - grey.mean()) * window)
    power = (transformed.real**2 + transformed.imag**2) / (window**2).sum()
    ring, weight = _rings(height, width)
    total = np.bincount(ring, (power * weight).ravel(), RINGS + 1)[:RINGS]
    count = np.bincount(ring, weight.ravel(), RINGS + 1)[:RINGS]
    means = np.interp(np.arange(RINGS), np.flatnonzero(count), (total / count.clip(1))[count > 0])
    spectrum: NDArray[np.float32] = np.log10(means + _FLOOR).astype(np.float32)
    return spectrum


def _rings(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The ring of each frequency of ``rfft2``, RINGS where it lies beyond all, and how often it
    counts: those whose conjugates are left away twice, the mean not at all."""
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    ring = np.minimum((np.hypot(y, x) * 2 * RINGS).astype(np.int64), RINGS)
    weight = np.full(ring.shape, 2.0)
    weight[:, 0] = 1
    if width % 2 == 0:
        weight[:, -1] = 1
    weight[0, 0] = 0
    return ring.ravel(), weight
