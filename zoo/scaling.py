"""From a generator's output to pixels of the size that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

SMALLEST, DEFAULT, LARGEST = 16, 256, 4096
"""Of a picture's longer side, in pixels. Below the default there is little room for a mark."""


def target_size(native: tuple[int, int], longer: int | None) -> tuple[int, int]:
    """(height, width) for a longer side; None means 256, or the native size if that is larger."""
    largest = max(native)
    if longer is None:
        longer = max(DEFAULT, largest)
    if type(longer) is not int or not SMALLEST <= longer <= LARGEST:
        raise UsageError(f"size is {longer!r}; expected {SMALLEST} to {LARGEST} pixels")
    height, width = (max(1, round(side * longer / largest)) for side in native)
    return height, width


def to_pixels(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures (B, 3, H, W) in [-1, 1] to bytes (B, H, W, 3)."""
    import torch

    scaled = (pictures.float().clamp(-1, 1) + 1).mul(127.5).round()
    pixels: NDArray[np.uint8] = scaled.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return pixels


def scale(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Scale one picture (H, W, 3) to (height, width) with Pillow's Lanczos filter."""
    if pixels.shape[:2] == size:
        return np.ascontiguousarray(pixels)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.LANCZOS))
