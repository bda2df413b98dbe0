"""Which pictures make a batch."""

from __future__ import annotations

import torch
from torch import Tensor


class Draw:
    """Draws with replacement from labelled pictures, ``labels`` int64 (N,)."""

    def __init__(self, labels: Tensor) -> None:
        self.labels = labels
        self.by_label = torch.argsort(labels, stable=True)
        self.count = torch.bincount(labels)
        self.first = self.count.cumsum(0) - self.count

    def __call__(self, batch: int, group: int, rng: torch.Generator) -> Tensor:
        """Indices (batch,). Those of ``i, i + batch / group, …`` share the label of a picture that
        was drawn from all; ``batch`` is divisible by ``group``."""
        index = torch.randint(len(self.labels), (batch // group,), generator=rng)
        if group == 1:
            return index
        label = self.labels[index].repeat(group)
        place = torch.rand(batch, generator=rng) * self.count[label]
        return self.by_label[self.first[label] + place.long()]
