"""Exponential moving average of a network's weights (Polyak averaging)."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """A copy of ``network`` that follows it with a half-life given in images.

    The half-life is ramped up at the start, so that the average forgets the untrained weights
    (Karras et al. 2020, arXiv:2006.06676, ``ema_rampup``).
    """

    RAMP_UP = 0.05

    def __init__(self, network: nn.Module, half_life_images: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.half_life = half_life_images

    @torch.no_grad()
    def update(self, source: nn.Module, batch: int, images: int) -> None:
        """Move towards ``source``; buffers (batch norm statistics) are copied."""
        half_life = min(self.half_life, max(images * self.RAMP_UP, 1e-8))
        weight = 1 - 0.5 ** (batch / half_life)
        for mine, theirs in zip(self.network.parameters(), source.parameters(), strict=True):
            mine.lerp_(theirs, weight)
        for copied, buffer in zip(self.network.buffers(), source.buffers(), strict=True):
            copied.copy_(buffer)
