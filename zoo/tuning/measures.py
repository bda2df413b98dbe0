"""How far pictures have moved, and how much they differ among themselves."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

COARSE = 4


def distance(pictures: Tensor, originals: Tensor) -> Tensor:
    """Mean squared difference (B,) of pictures (B, 3, H, W), at full size plus at a quarter of it.

    The coarse one holds shapes and colours in place where the fine one is small everywhere.
    """
    off = pictures - originals
    fine = off.square().mean((1, 2, 3))
    return fine + F.avg_pool2d(off, COARSE).square().mean((1, 2, 3))


def moved_levels(pictures: Tensor, originals: Tensor) -> float:
    """Root mean square difference of pictures in [-1, 1], in levels of 255."""
    return float((pictures - originals).square().mean().sqrt()) * 127.5


@dataclass(frozen=True)
class Variety:
    """How much pictures differ ``within`` a label, and ``between`` labels."""

    within: float
    between: float

    def share_of(self, original: Variety) -> Variety:
        """As shares of the original's; 1 where the original had none itself."""
        return Variety(_share(self.within, original.within), _share(self.between, original.between))

    @property
    def least(self) -> float:
        return min(self.within, self.between)


def variety(pictures: Tensor, group: int) -> Variety:
    """Of pictures (N, 3, H, W), each ``group`` of which in a row have the same label.

    Root mean square deviations, at a quarter of the size, from the mean of the group, and of these
    means from that of all.
    """
    small = F.avg_pool2d(pictures.float(), COARSE)
    groups = small.view(-1, group, *small.shape[1:])
    return Variety(_deviation(groups), _deviation(groups.mean(1)[None]))


def _deviation(groups: Tensor) -> float:
    return float(groups.var(1, unbiased=False).mean((1, 2, 3)).sqrt().mean())


def _share(value: float, original: float) -> float:
    return value / original if original > 1e-6 else 1.0
