"""Training a judge: cross-entropy with smoothed labels (Szegedy et al. 2016, arXiv:1512.00567) on
pictures that are shifted and recoloured a little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.augment import colour, translate
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .network import classifier


class JudgeTraining:
    """One phase. A judge makes no pictures."""

    def __init__(
        self,
        labels: int,
        *,
        architecture: str,
        channels: Sequence[int],
        learning_rate: float,
        smoothing: float,
        colour: float,
    ) -> None:
        self.shape = {"labels": labels, "architecture": architecture, "channels": list(channels)}
        self.model = classifier(labels, architecture, channels)
        self.networks: dict[str, nn.Module] = {"model": self.model}
        self.learning_rate = learning_rate
        self.smoothing = smoothing
        self.colour = colour

    def phases(self) -> Sequence[Phase]:
        return (Phase("judge", list(self.model.parameters()), self._loss, self.learning_rate),)

    def _loss(self, batch: Batch) -> tuple[Tensor, Figures]:
        changed = translate(colour(batch.pictures, batch.draw, self.colour), batch.draw)
        logits = self.model(changed)
        loss = F.cross_entropy(logits, batch.labels, label_smoothing=self.smoothing)
        return loss, {"loss": loss, "accuracy": (logits.argmax(1) == batch.labels).float().mean()}

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        logits = network(batch.pictures)
        wrong = (logits.argmax(1) != batch.labels).float().mean()
        plain = F.cross_entropy(logits, batch.labels)
        return {"error": wrong.item(), "cross_entropy": plain.item()}

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> None:
        """None: a judge makes no pictures."""

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Nothing: the running statistics were copied with the weights."""

    def describe(self) -> dict[str, Any]:
        return dict(self.shape)


def build(labels: int, size: int, model: dict[str, Any]) -> JudgeTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    if labels < 2:
        raise UsageError("a judge needs at least two labels to tell apart; this data has fewer")
    if size < 32:
        raise UsageError(f"pictures of {size} pixels are too small for a judge: 32 or more")
    try:
        return JudgeTraining(labels, **model)
    except TypeError as error:
        raise UsageError(f"the recipe's [model] table does not fit judge: {error}") from error
