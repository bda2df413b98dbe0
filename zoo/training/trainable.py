"""What a model offers so that the one training loop can train it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Batch:
    """Pictures (B, 3, H, W) in [-1, 1], labels (B,), the generator that every draw comes from,
    and the number of the step, from 0."""

    pictures: Tensor
    labels: Tensor
    rng: torch.Generator
    step: int


@dataclass(frozen=True)
class Phase:
    """One optimiser's share of a step: its parameters and the loss that they minimise.

    ``loss`` returns the scalar to minimise and the figures to log. Phases of one step run in
    order on the same batch.
    """

    name: str
    parameters: Sequence[nn.Parameter]
    loss: Callable[[Batch], tuple[Tensor, dict[str, float]]]
    learning_rate: float


class Trainable(Protocol):
    """A model under training. Built by a trainer's factory from the recipe's ``[model]`` table."""

    networks: dict[str, nn.Module]
    """Everything that a checkpoint must hold; ``generator`` is averaged and exported."""

    def phases(self) -> Sequence[Phase]: ...

    def sample(self, generator: nn.Module, labels: Tensor, rng: torch.Generator) -> Tensor:
        """Pictures (B, 3, H, W) in [-1, 1] from an (averaged) generator."""
        ...

    def finish(self, generator: nn.Module, rng: torch.Generator) -> None:
        """Last touches on the averaged generator before export, in place."""
        ...

    def describe(self) -> dict[str, Any]:
        """The arguments that rebuild the generator network, as JSON; stored beside the weights."""
        ...
