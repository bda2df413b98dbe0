"""Training ``refine-lite``: regress the velocity of straight paths (Liu et al. 2023,
arXiv:2209.03003) at times drawn as in EDM (Karras et al. 2022, arXiv:2206.00364)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.fitting import check_multiple
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .flow import error, guided
from .network import PATCH, Refiner
from .solver import heun, times

SHEET_STEPS = 12
SHEET_GUIDANCE = 1.5


class RefineTraining:
    """One phase: the error of the velocity at one time a picture."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        channels: Sequence[int],
        depth: int,
        embedding: int,
        learning_rate: float,
        label_dropout: float,
        time_mean: float,
        time_std: float,
    ) -> None:
        self.size = size
        self.model = Refiner(labels, channels, depth, embedding)
        self.networks: dict[str, nn.Module] = {"model": self.model}
        self.learning_rate = learning_rate
        self.label_dropout = label_dropout
        self.time_mean, self.time_std = time_mean, time_std

    def phases(self) -> Sequence[Phase]:
        return (Phase("refiner", list(self.model.parameters()), self._loss, self.learning_rate),)

    def _loss(self, batch: Batch) -> tuple[Tensor, Figures]:
        drop = batch.draw.uniform() < self.label_dropout
        label = torch.where(drop, self.model.labels, batch.labels)
        loss = self._error(self.model, batch, label).mean()
        return loss, {"loss": loss}

    def _error(self, network: nn.Module, batch: Batch, label: Tensor) -> Tensor:
        t = torch.sigmoid(self.time_mean + self.time_std * batch.draw.normal())
        noise = batch.draw.normal(*batch.pictures.shape[1:])
        noise = noise.contiguous(memory_format=torch.channels_last)
        return error(network, batch.pictures, noise, t, label)

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        return {"loss": self._error(network, batch, batch.labels).mean().item()}

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor:
        z = draw.normal(3, self.size, self.size)
        flow = guided(network, labels, SHEET_GUIDANCE)
        return heun(flow, z, times(SHEET_STEPS)).clamp(-1, 1)

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Nothing: the averaged network is ready as it is."""

    def describe(self) -> dict[str, Any]:
        return dict(self.model.arguments)


def build(labels: int, size: int, model: dict[str, Any]) -> RefineTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        check_multiple(size, PATCH * 2 ** (len(model["channels"]) - 1))
        return RefineTraining(labels, size, **model)
    except (KeyError, TypeError) as error:
        raise UsageError(f"the recipe's [model] table does not fit refine-lite: {error}") from error
