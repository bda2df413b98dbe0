"""What a model offers so that the one training loop can train it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

Figures = Mapping[str, float | Tensor]
"""What a loss reports: numbers, or tensors of one number (detached here, read only when logged)."""


class Draws:
    """The one source of randomness of a batch, the same on every process.

    Numbers are drawn on the CPU for all ``total`` pictures of the global batch, and those of
    ``rows`` (this process's share) are handed out on ``device``: the noise of a picture depends on
    its place in the global batch alone, not on how many processes share the work.
    """

    def __init__(
        self,
        rng: torch.Generator,
        total: int,
        rows: Tensor | slice = slice(None),
        device: torch.device | str = "cpu",
    ) -> None:
        self.rng, self.total, self.rows, self.device = rng, total, rows, device

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers (B, *shape), float32."""
        return self._mine(torch.randn(self.total, *shape, generator=self.rng))

    def uniform(self, *shape: int) -> Tensor:
        """Uniform numbers (B, *shape) in [0, 1), float32."""
        return self._mine(torch.rand(self.total, *shape, generator=self.rng))

    def integers(self, high: int, *shape: int) -> Tensor:
        """Uniform integers (B, *shape) in [0, high), int64."""
        return self._mine(torch.randint(high, (self.total, *shape), generator=self.rng))

    def _mine(self, drawn: Tensor) -> Tensor:
        return drawn[self.rows].to(self.device)


@dataclass(frozen=True)
class Batch:
    """Pictures (B, 3, S, S) in [-1, 1], labels (B,) int64, the number of the step from 0, and the
    source of every random number."""

    pictures: Tensor
    labels: Tensor
    step: int
    draw: Draws


@dataclass(frozen=True)
class Phase:
    """One optimiser's share of a step: its parameters and the loss that they minimise.

    ``loss`` returns the scalar to minimise, a mean over the batch, and the figures to log. Phases
    of one step run in order on the same batch.
    """

    name: str
    parameters: Sequence[nn.Parameter]
    loss: Callable[[Batch], tuple[Tensor, Figures]]
    learning_rate: float


class Trainable(Protocol):
    """A model under training. Built by a trainer's factory from the recipe's ``[model]`` table.

    State that must survive a stop belongs into buffers of ``networks``.
    """

    networks: dict[str, nn.Module]
    """Everything that a checkpoint must hold; ``model`` is averaged and exported."""

    def phases(self) -> Sequence[Phase]: ...

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor | None:
        """Pictures (B, 3, S, S) in [-1, 1] of labels (B,) from the averaged network; None where it
        makes none (a classifier)."""
        ...

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        """Figures of the averaged network on pictures that are not trained on; {} where there are
        none. The first decides which checkpoint is the best, lower is better; those that a phase
        reports under the same name are compared with them for overfitting."""
        ...

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Last touches on the averaged network before export, in place."""
        ...

    def describe(self) -> dict[str, Any]:
        """The arguments that rebuild ``model``, as JSON; stored beside the weights."""
        ...
