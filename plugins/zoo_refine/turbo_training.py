"""Training ``refine-turbo``: adversarial distillation (Sauer et al. 2023, arXiv:2311.17042).

The student begins as a copy of its teacher. From one call at a noisy time it is to name a picture
that a discriminator takes for real, and that is near the truth, by its pixels and to the eyes of a
judge: the picture itself where the noise leaves it to be seen, where the teacher's steps lead where
it does not.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.loading import load
from zoo.training.likeness import offset, unlikeness
from zoo.training.projected import ProjectedDiscriminator, hinge
from zoo.training.sliced import sliced_distance
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .flow import denoised, guided
from .model import RefineLite
from .network import Refiner
from .solver import heun, times
from .turbo import TIMES, refined

TEACHER_STEPS = 3
UNSEEN = 0.5  # from this time on the teacher tells where to


class TurboTraining:
    """Two phases a step: the discriminator's heads, and the student."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        teacher: str,
        judge: str,
        width: int,
        learning_rate: float,
        discriminator_lr: float,
        guidance: float,
        nearness_weight: float,
        likeness_weight: float,
    ) -> None:
        self.teacher = _teacher(teacher, labels)
        self.model = copy.deepcopy(self.teacher).requires_grad_(True)
        self.discriminator = ProjectedDiscriminator(labels, size, judge=judge, width=width)
        self.networks: dict[str, nn.Module] = {
            "model": self.model,
            "teacher": self.teacher,
            "discriminator": self.discriminator,
        }
        self.size, self.guidance = size, guidance
        self.nearness_weight, self.likeness_weight = nearness_weight, likeness_weight
        self.rates = (learning_rate, discriminator_lr)
        self._seen: tuple[list[Tensor], list[Tensor]] = ([], [])

    def phases(self) -> Sequence[Phase]:
        first, second = self.rates
        heads = list(self.discriminator.heads.parameters())
        return (
            Phase("student", list(self.model.parameters()), self._name, first),
            Phase("discriminator", heads, self._discriminate, second),
        )

    def _name(self, batch: Batch) -> tuple[Tensor, Figures]:
        made, target = self._call(batch)
        off = (made - target).square().mean()
        see = self.discriminator.judge.maps
        maps = see(offset(made, batch.step))
        with torch.no_grad():
            wanted, real = (see(offset(x, batch.step)) for x in (target, batch.pictures))
        unlike = unlikeness(maps, wanted).mean()
        self.discriminator.heads.requires_grad_(False)
        convincing = self.discriminator.weigh(maps, batch.labels).mean()
        self._seen = (real, [m.detach() for m in maps])
        loss = self.nearness_weight * off + self.likeness_weight * unlike - convincing
        return loss, {"off": off, "unlike": unlike, "g_loss": -convincing}

    def _call(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Call the student once a picture, at a time of its own; what it names, and should."""
        t = torch.tensor(TIMES, device=batch.pictures.device)[batch.draw.integers(len(TIMES))]
        noise = batch.draw.normal(*batch.pictures.shape[1:])
        time = t[:, None, None, None]
        x = (1 - time) * batch.pictures + time * noise
        x = x.contiguous(memory_format=torch.channels_last)
        target = batch.pictures.clone()
        with torch.no_grad():
            for start in (one for one in TIMES if one >= UNSEEN):
                rows = t == start
                if rows.any():
                    flow = guided(self.teacher, batch.labels[rows], self.guidance)
                    grid = [start * time for time in times(TEACHER_STEPS)]
                    target[rows] = heun(flow, x[rows], grid).clamp(-1, 1)
        return denoised(self.model, x, t, batch.labels), target

    def _discriminate(self, batch: Batch) -> tuple[Tensor, Figures]:
        self.discriminator.heads.requires_grad_(True)
        real, fake = (self.discriminator.weigh(maps, batch.labels) for maps in self._seen)
        self._seen = ([], [])
        loss = hinge(real, fake)
        return loss, {"d_loss": loss, "d_gap": (real - fake).mean()}

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        made = self.sample(network, batch.labels, batch.draw)
        return {"distance": sliced_distance(made, batch.pictures).item()}

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor:
        return refined(network, draw.normal(3, self.size, self.size), labels)

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Nothing: the averaged network is ready as it is."""

    def describe(self) -> dict[str, Any]:
        return dict(self.model.arguments)


def _teacher(name: str, labels: int) -> Refiner:
    generator = load(name, device="cpu").generator
    if not isinstance(generator, RefineLite):
        raise UsageError(f"teacher {name!r} is no refine-lite; give one, or the folder of its run")
    if generator.network.labels != labels:
        raise UsageError(
            f"teacher {name!r} knows {generator.network.labels} labels, the data have {labels}; "
            "train a refine-lite on the same data first, and give its folder: "
            "--set model.teacher=./run"
        )
    network: Refiner = generator.network.eval().requires_grad_(False)
    return network


def build(labels: int, size: int, model: dict[str, Any]) -> TurboTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        return TurboTraining(labels, size, **model)
    except (KeyError, TypeError) as error:
        raise UsageError(
            f"the recipe's [model] table does not fit refine-turbo: {error}"
        ) from error
