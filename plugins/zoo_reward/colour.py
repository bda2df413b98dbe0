"""Pictures in the units of the measures."""

from __future__ import annotations

from torch import Tensor


def channels(pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Red, green and blue (B, H, W), 0 to 255, of pictures (B, 3, H, W) in [-1, 1]."""
    red, green, blue = ((pictures.float() + 1) * 127.5).unbind(1)
    return red, green, blue
