"""The held-out latents: what a reward says of pictures that a tuning has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from zoo.evaluation.label_accuracy import label_accuracy
from zoo.training.trainable import Draws

from .label_judge import LabelJudge
from .measures import Variety, variety
from .rewarding import LoadedReward
from .subject import Decoder

GROUP = 4
"""Latents of one label."""
GROUPS = 32


@dataclass(frozen=True)
class HeldOut:
    """Latents ``z`` (128, \\*shape) and labels (128,), or None, in groups of one label."""

    z: Tensor
    labels: Tensor | None

    @torch.no_grad()
    def pictures(self, decoder: Decoder, batch: int) -> Tensor:
        """The pictures (128, 3, H, W) of a model, made ``batch`` at once."""
        parts = zip(torch.split(self.z, batch), self._labels(batch), strict=True)
        return torch.cat([decoder(z, labels) for z, labels in parts])

    @torch.no_grad()
    def rewards(
        self, reward: LoadedReward, pictures: Tensor, names: tuple[str, ...], batch: int
    ) -> Tensor:
        """The rewards (128,) of pictures."""
        parts = zip(torch.split(pictures, batch), self._labels(batch), strict=True)
        return torch.cat([reward(some, labels, names) for some, labels in parts])

    @torch.no_grad()
    def accuracy(self, judge: LabelJudge, pictures: Tensor, batch: int) -> float:
        """The share of pictures in which the judge sees the asked label first."""
        assert self.labels is not None
        logits = torch.cat([judge.logits(some) for some in torch.split(pictures, batch)])
        return label_accuracy(logits.cpu().numpy(), self.labels.cpu().numpy())

    def variety(self, pictures: Tensor) -> Variety:
        return variety(pictures, GROUP)

    def _labels(self, batch: int) -> Sequence[Tensor | None]:
        if self.labels is None:
            return [None] * math.ceil(len(self.z) / batch)
        return torch.split(self.labels, batch)


def draw_held_out(
    rng: torch.Generator, shape: tuple[int, ...], labels: int, device: torch.device
) -> HeldOut:
    """Latents from ``rng``; the labels, of which there are ``labels``, are evenly chosen."""
    z = Draws(rng, GROUPS * GROUP, device=device).normal(*shape)
    chosen = torch.arange(GROUPS, device=device) * labels // GROUPS
    return HeldOut(z, chosen.repeat_interleave(GROUP) if labels else None)
