"""How near samples come to the training pictures, beside how near held-out pictures come."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from zoo.data.pack import Pictures

SIDE = 16
MOST_TRAINED = 20_000
"""Training pictures that are compared; a random choice of more. 60 MB as thumbnails."""
MOST_HELD_OUT = 256


class Copies:
    """Nearest distances between thumbnails (16 x 16, RGB, values in [0, 1], Euclidean, divided by
    the square root of the number of values, so that 1 is black against white)."""

    def __init__(self, trained: Pictures, held_out: Pictures) -> None:
        self._trained = _thumbnails(_some(trained, MOST_TRAINED))
        self.held_out = self._median(_thumbnails(_some(held_out, MOST_HELD_OUT)))
        """The median over held-out pictures."""

    def samples(self, pictures: Tensor) -> float:
        """The median over pictures (B, 3, S, S) in [-1, 1]."""
        return self._median(_shrunk((pictures.float().cpu().clamp(-1, 1) + 1) / 2))

    def _median(self, thumbnails: Tensor) -> float:
        exact = "donot_use_mm_for_euclid_dist"  # the quick way calls copies 0.0005 apart
        nearest = torch.cdist(thumbnails, self._trained, compute_mode=exact).amin(1)
        return float(nearest.median()) / math.sqrt(thumbnails.shape[1])


def _some(data: Pictures, most: int) -> Tensor:
    """Pixels of at most so many pictures, uint8."""
    if len(data) <= most:
        return data.pixels
    rng = torch.Generator().manual_seed(0)
    return data.pixels[torch.randperm(len(data), generator=rng)[:most].sort().values]


def _thumbnails(pixels: Tensor) -> Tensor:
    return torch.cat([_shrunk(part.float() / 255) for part in torch.split(pixels, 256)])


def _shrunk(pictures: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(pictures, SIDE).flatten(1)
