"""Evaluation on held-out pictures: the same pictures and the same random numbers each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from zoo.data.pack import Pictures

from .batches import Batches
from .recipe import Recipe
from .trainable import Trainable

SEED = 0


@torch.no_grad()
def evaluate(
    trainable: Trainable, average: nn.Module, data: Pictures, recipe: Recipe, device: torch.device
) -> dict[str, float]:
    """Mean figures of the averaged network on up to ``recipe.held_out`` pictures of ``data``.

    They come in batches as in training (groups included), unmirrored.
    """
    count = min(recipe.held_out, len(data))
    size = min(recipe.batch, count - count % recipe.group or recipe.group)
    batches = Batches(
        data,
        size,
        recipe.group,
        seed=SEED,
        flip=False,
        rows=slice(None),
        device=device,
        channels_last=recipe.channels_last,
    )
    rng = torch.Generator().manual_seed(SEED)
    sums: dict[str, float] = {}
    rounds = max(1, count // size)
    with at_rest(trainable.networks.values(), device):
        for number in range(rounds):
            batch = batches(number, number * size, rng)
            for name, value in trainable.held_out(average, batch).items():
                sums[name] = sums.get(name, 0.0) + float(value)
    return {name: total / rounds for name, total in sums.items()}


@contextmanager
def at_rest(networks: Iterable[nn.Module], device: torch.device) -> Iterator[None]:
    """Networks in ``eval()``, and torch's own random state as it was afterwards: whatever happens
    within leaves no trace on the training."""
    modules = [module for network in networks for module in network.modules()]
    modes = [module.training for module in modules]
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(cuda):
        torch.manual_seed(SEED)
        for module in modules:
            module.training = False
        try:
            yield
        finally:
            for module, mode in zip(modules, modes, strict=True):
                module.training = mode
