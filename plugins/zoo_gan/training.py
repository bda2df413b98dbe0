"""Training ``stylegan-lite`` against a discriminator on a judge's features, as Projected GANs are
(Sauer et al. 2021, arXiv:2111.01007), and beside it towards the nearest real pictures: a
discriminator says that a picture is wrong, its nearest neighbour says what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.likeness import offset
from zoo.training.projected import ProjectedDiscriminator, hinge
from zoo.training.sliced import sliced_distance
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .network import BASE, PATCH, Generator, ModulatedNorm


class StyleGanTraining:
    """Two phases a step. The pictures made for the discriminator serve the generator as well."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        z_dim: int,
        w_dim: int,
        generator: Sequence[int],
        judge: str,
        width: int,
        generator_lr: float,
        discriminator_lr: float,
        precision_weight: float,
        recall_weight: float,
    ) -> None:
        self.shape = {"labels": labels, "z_dim": z_dim, "w_dim": w_dim, "channels": list(generator)}
        self.generator = Generator(labels, z_dim, w_dim, generator)
        self.discriminator = ProjectedDiscriminator(labels, size, judge=judge, width=width)
        self.networks: dict[str, nn.Module] = {
            "model": self.generator,
            "discriminator": self.discriminator,
        }
        self.precision_weight, self.recall_weight = precision_weight, recall_weight
        self.rates = (generator_lr, discriminator_lr)
        self._seen: tuple[list[Tensor], list[Tensor]] = ([], [])

    def phases(self) -> Sequence[Phase]:
        g, d = self.rates
        heads = list(self.discriminator.heads.parameters())
        return (
            Phase("generator", list(self.generator.parameters()), self._generate, g),
            Phase("discriminator", heads, self._discriminate, d),
        )

    def _generate(self, batch: Batch) -> tuple[Tensor, Figures]:
        made = self.generator(batch.draw.normal(self.generator.z_dim), batch.labels)
        see = self.discriminator.judge.maps
        maps = see(offset(made, batch.step))
        with torch.no_grad():
            real = see(offset(batch.pictures, batch.step))
        self.discriminator.heads.requires_grad_(False)
        convincing = self.discriminator.weigh(maps, batch.labels).mean()
        self._seen = (real, [m.detach() for m in maps])
        untrue, missing = unmatched(maps, real, batch.labels)
        loss = self.precision_weight * untrue + self.recall_weight * missing - convincing
        return loss, {"g_loss": -convincing, "untrue": untrue, "missing": missing}

    def _discriminate(self, batch: Batch) -> tuple[Tensor, Figures]:
        self.discriminator.heads.requires_grad_(True)
        real, fake = (self.discriminator.weigh(maps, batch.labels) for maps in self._seen)
        self._seen = ([], [])
        loss = hinge(real, fake)
        return loss, {"d_loss": loss, "d_gap": (real - fake).mean(), "d_real": real.mean()}

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        made = network(batch.draw.normal(self.generator.z_dim), batch.labels)
        real = self.discriminator(batch.pictures, batch.labels).mean().item()
        return {"distance": sliced_distance(made, batch.pictures).item(), "d_real": real}

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor:
        pictures: Tensor = network(draw.normal(self.generator.z_dim), labels)
        return pictures

    @torch.no_grad()
    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Measure the batch norms' statistics and each label's mean style for the averaged weights.

        The averaged weights were never run in training, so the running statistics copied from
        the trained ones only nearly fit them (BigGAN's "standing statistics").
        """
        assert isinstance(network, Generator)
        labels, z_dim = len(network.w_mean), network.z_dim
        device = network.w_mean.device
        norms = [m.norm for m in network.modules() if isinstance(m, ModulatedNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # cumulative mean
        network.train()
        for _ in range(64):
            label = torch.randint(labels, (64,), generator=draw.rng).to(device)
            network(torch.randn(64, z_dim, generator=draw.rng).to(device), label)
        network.eval()
        for index in range(labels):
            z = torch.randn(1000, z_dim, generator=draw.rng).to(device)
            label = torch.full((len(z),), index, device=device)
            network.w_mean[index] = network.style(z, label).mean(0)

    def describe(self) -> dict[str, Any]:
        return dict(self.shape)


def unmatched(
    made: Sequence[Tensor], real: Sequence[Tensor], labels: Tensor
) -> tuple[Tensor, Tensor]:
    """How unlike each generated picture is to the nearest real one of its label in the batch, and
    each real one to the nearest generated (the halves of the Chamfer distance, Barrow et al. 1977).

    The one asks for precision, the other for recall, as implicit maximum likelihood does
    (Li & Malik 2018, arXiv:1809.09087). Feature maps (B, channels, H, W) are compared as
    :func:`zoo.training.likeness.unlikeness` does, each map's mean over its places.
    """
    far = made[0].new_zeros(len(labels), len(labels))
    for one, other in zip(made, real, strict=True):
        places = one.shape[2] * one.shape[3]
        a, b = (F.normalize(m, dim=1).flatten(1) for m in (one, other))
        far = far + 2 - 2 * (a @ b.T) / places
    far = far.masked_fill(labels[:, None] != labels, torch.inf)
    return far.amin(1).mean(), far.amin(0).mean()


def build(labels: int, size: int, model: dict[str, Any]) -> StyleGanTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        made = PATCH * BASE * 2 ** (len(model["generator"]) - 1)
        if made != size:
            raise UsageError(
                f"pictures of {size} pixels do not fit: {len(model['generator'])} generator "
                f"channels are for {made}; prepare the data with --size {made}, or change the "
                "recipe"
            )
        return StyleGanTraining(labels, size, **model)
    except (KeyError, TypeError) as error:
        raise UsageError(
            f"the recipe's [model] table does not fit stylegan-lite: {error}"
        ) from error
