"""Exponential moving average of a network's weights (Polyak averaging)."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


class Average:
    """A copy of ``source`` that follows it with a half-life given in images.

    The half-life is ramped up at the start, so that the average forgets the untrained weights
    (Karras et al. 2020, arXiv:2006.06676, ``ema_rampup``).
    """

    RAMP_UP = 0.05

    def __init__(self, source: nn.Module, half_life_images: float) -> None:
        self.network = copy.deepcopy(source).eval().requires_grad_(False)
        self.half_life = half_life_images
        self._mine: list[Tensor] = list(self.network.parameters())
        self._theirs: list[Tensor] = list(source.parameters())
        self._buffers = list(self.network.buffers())
        self._source = source

    @torch.no_grad()
    def update(self, batch: int, images: int) -> None:
        """Move towards the source; buffers (batch norm statistics) are copied."""
        half_life = min(self.half_life, max(images * self.RAMP_UP, 1e-8))
        weight = 1 - 0.5 ** (batch / half_life)
        torch._foreach_lerp_(self._mine, self._theirs, weight)
        if self._buffers:  # the source's may be others by now: a network may assign new ones
            torch._foreach_copy_(self._buffers, list(self._source.buffers()))
