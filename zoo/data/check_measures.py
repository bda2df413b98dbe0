"""What is measured of each picture of a data set, so that faults show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from zoo_provenance.fingerprint import fingerprint

SHARPNESS_SIDE = 256
"""Sharpness is measured on at most so many pixels a side, near what a network is trained on."""


@dataclass(frozen=True)
class Measures:
    """``pixels`` and ``file`` are sha256 (``file`` of the bytes that the picture came from, hex,
    "" where unknown); ``hash`` is the perceptual hash, 32 bytes. ``sharpness`` is the variance of
    the Laplacian of the grey levels (Pech-Pacheco et al. 2000), ``contrast`` the largest standard
    deviation of a colour channel, both in levels of 0 to 255; ``size`` is (height, width).
    """

    pixels: bytes
    file: str
    hash: bytes
    sharpness: float
    contrast: float
    size: tuple[int, int]


def measure(image: Image.Image, file: str) -> Measures:
    """Measure an RGB picture that came from a file of this sha256."""
    pixels = np.asarray(image)
    grey = image.convert("L")
    grey.thumbnail((SHARPNESS_SIDE, SHARPNESS_SIDE), Image.Resampling.LANCZOS)
    shape = f"{image.width}x{image.height}:".encode()
    return Measures(
        pixels=hashlib.sha256(shape + pixels.tobytes()).digest(),
        file=file,
        hash=fingerprint(image).hash,
        sharpness=_laplacian_variance(np.asarray(grey, np.float32)),
        contrast=float(pixels.std(axis=(0, 1)).max()),
        size=(image.height, image.width),
    )


def _laplacian_variance(grey: np.ndarray) -> float:
    """The variance of the five-point Laplacian over the inner pixels; 0 for thinner pictures."""
    if min(grey.shape) < 3:
        return 0.0
    inner = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((around - 4 * inner).var())
