"""The optimisers that a recipe may name."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn, optim

from .recipe import Recipe


def make_optimiser(
    recipe: Recipe, parameters: Sequence[nn.Parameter], learning_rate: float
) -> optim.Optimizer:
    """The recipe's optimiser for one phase. Vectors and scalars (biases, norms) do not decay."""
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if recipe.optimizer == "sgd":
        return optim.SGD(groups, learning_rate, recipe.momentum, foreach=True)
    if recipe.optimizer == "rmsprop":
        return optim.RMSprop(
            groups, learning_rate, recipe.beta2, momentum=recipe.momentum, foreach=True
        )
    betas = (recipe.beta1, recipe.beta2)
    if recipe.optimizer == "adamw":
        return optim.AdamW(groups, learning_rate, betas, foreach=True)
    return optim.Adam(groups, learning_rate, betas, foreach=True)


def minimise(
    optimiser: optim.Optimizer, parameters: Sequence[nn.Parameter], rate: float, clip: float
) -> None:
    """One step along the gradients that the parameters hold, at ``rate``; ``clip`` 0 is off."""
    if clip:
        torch.nn.utils.clip_grad_norm_(parameters, clip, foreach=True)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
