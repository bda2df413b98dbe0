"""Which pictures make a batch, and the batch itself."""

from __future__ import annotations

import torch
from torch import Tensor

from zoo.data.pack import Pictures
from zoo.noise import integer

from .trainable import Batch, Draws


class Batches:
    """Batches of a data set, for one process's ``rows`` of the global batch of ``size``.

    With ``group`` 1 every picture comes once an epoch, in an order that depends on ``seed`` and the
    epoch alone. Larger groups are drawn with replacement: a picture from all, and with it others
    of its label.
    """

    def __init__(
        self,
        data: Pictures,
        size: int,
        group: int,
        *,
        seed: int,
        flip: bool,
        rows: Tensor | slice,
        device: torch.device,
        channels_last: bool,
    ) -> None:
        self.data, self.size, self.group, self.seed, self.flip = data, size, group, seed, flip
        self.rows, self.device = rows, device
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))
        self._by_label = torch.argsort(data.labels, stable=True)
        self._count = torch.bincount(data.labels)
        self._first = self._count.cumsum(0) - self._count

    def __call__(self, step: int, images: int, rng: torch.Generator) -> Batch:
        """The batch of a step, of which ``images`` pictures were trained on before."""
        index = self._epoch(images) if self.group == 1 else self._grouped(rng)
        mirrored = torch.rand(len(index), generator=rng) < 0.5 if self.flip else None
        draw = Draws(rng, len(index), self.rows, self.device)
        pixels = self.data.pixels[index[self.rows]]
        if mirrored is not None:
            mine = mirrored[self.rows]
            pixels[mine] = pixels[mine].flip(3)
        labels = self.data.labels[index[self.rows]].to(self.device)
        return Batch(self._pictures(pixels), labels, step, draw)

    def _pictures(self, pixels: Tensor) -> Tensor:
        """Bytes (B, 3, S, S) to numbers in [-1, 1]; they cross to the device as bytes."""
        pixels = pixels.contiguous(memory_format=self.format).to(self.device)
        return pixels.float().div_(127.5).sub_(1)

    def _epoch(self, images: int) -> Tensor:
        """The next ``size`` indices of a row of epochs, each a permutation of the data."""
        place = torch.arange(images, images + self.size)
        epochs, within = place // len(self.data), place % len(self.data)
        index = torch.empty_like(place)
        for epoch in range(int(epochs[0]), int(epochs[-1]) + 1):
            mine = epochs == epoch
            index[mine] = self._permutation(epoch)[within[mine]]
        return index

    def _permutation(self, epoch: int) -> Tensor:
        if self._order[0] != epoch:
            seed = integer(self.seed, epoch, "order of an epoch", 2**63)
            rng = torch.Generator().manual_seed(seed)
            self._order = (epoch, torch.randperm(len(self.data), generator=rng))
        return self._order[1]

    def _grouped(self, rng: torch.Generator) -> Tensor:
        """Indices (size,). Those of ``i, i + size / group, …`` share the label of a picture that
        was drawn from all."""
        index = torch.randint(len(self.data), (self.size // self.group,), generator=rng)
        label = self.data.labels[index].repeat(self.group)
        place = torch.rand(self.size, generator=rng) * self._count[label]
        return self._by_label[self._first[label] + place.long()]
