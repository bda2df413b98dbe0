"""Training ``stylegan-lite``: the non-saturating loss (Goodfellow et al. 2014, arXiv:1406.2661)
with a lazy R1 penalty (Mescheder et al. 2018, arXiv:1801.04406; Karras et al. 2020,
arXiv:1912.04958, section 2.3) and DiffAugment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.augment import diff_augment
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .distance import sliced_distance
from .network import BASE, GROUP, PATCH, Discriminator, Generator, ModulatedNorm

R1_INTERVAL = 16  # steps between penalties; the weight makes up for it


class StyleGanTraining:
    """Two phases a step. The pictures made for the discriminator serve the generator as well."""

    def __init__(
        self,
        labels: int,
        *,
        z_dim: int,
        w_dim: int,
        generator: Sequence[int],
        discriminator: Sequence[int],
        generator_lr: float,
        discriminator_lr: float,
        r1_gamma: float,
        spread_weight: float,
    ) -> None:
        self.shape = {"labels": labels, "z_dim": z_dim, "w_dim": w_dim, "channels": list(generator)}
        self.generator = Generator(labels, z_dim, w_dim, generator)
        self.discriminator = Discriminator(labels, discriminator)
        self.networks: dict[str, nn.Module] = {
            "model": self.generator,
            "discriminator": self.discriminator,
        }
        self.r1_gamma = r1_gamma
        self.spread_weight = spread_weight
        self.rates = (discriminator_lr, generator_lr)
        self._fake = torch.empty(0)

    def phases(self) -> Sequence[Phase]:
        d, g = self.rates
        return (
            Phase("discriminator", list(self.discriminator.parameters()), self._discriminate, d),
            Phase("generator", list(self.generator.parameters()), self._generate, g),
        )

    def _discriminate(self, batch: Batch) -> tuple[Tensor, Figures]:
        self.discriminator.requires_grad_(True)
        self._fake = self.generator(batch.draw.normal(self.generator.z_dim), batch.labels)
        pictures = diff_augment(batch.pictures, batch.draw)
        penalise = batch.step % R1_INTERVAL == 0
        pictures.requires_grad_(penalise)
        real = self.discriminator(pictures, batch.labels)
        fake = self.discriminator(diff_augment(self._fake.detach(), batch.draw), batch.labels)
        loss = F.softplus(-real).mean() + F.softplus(fake).mean()
        figures = {"d_loss": loss, "d_gap": (real - fake).mean(), "d_real": real.mean()}
        if penalise:
            (slope,) = torch.autograd.grad(real.sum(), pictures, create_graph=True)
            penalty = slope.square().sum((1, 2, 3)).mean()
            loss = loss + penalty * (self.r1_gamma / 2 * R1_INTERVAL)
            figures["r1"] = penalty
        return loss, figures

    def _generate(self, batch: Batch) -> tuple[Tensor, Figures]:
        self.discriminator.requires_grad_(False)
        made, self._fake = self._fake, torch.empty(0)
        logits = self.discriminator(diff_augment(made, batch.draw), batch.labels)
        loss = F.softplus(-logits).mean()
        figures = {"g_loss": loss}
        if self.spread_weight:
            lacking = F.relu(spread(batch.pictures) - spread(made)).mean()
            loss = loss + self.spread_weight * lacking
            figures["lacking_spread"] = lacking
        return loss, figures

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        made = network(batch.draw.normal(self.generator.z_dim), batch.labels)
        figures = {"distance": sliced_distance(made, batch.pictures).item()}
        if len(batch.labels) % GROUP == 0:  # the discriminator compares pictures of a group
            figures["d_real"] = self.discriminator(batch.pictures, batch.labels).mean().item()
        return figures

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


def spread(pictures: Tensor, group: int = GROUP) -> Tensor:
    """How much pictures ``i, i + B / group, …`` differ, coarsely: (B / group,), 0 to 2.

    The mean absolute difference at a quarter of the side. That pictures of one label come out alike
    is how conditional GANs collapse; asking for distance is mode seeking (Mao et al. 2019,
    arXiv:1903.05628), here up to what the data has.
    """
    small = F.avg_pool2d(pictures, 4)
    groups = small.reshape(group, len(small) // group, *small.shape[1:])
    return (groups - groups.roll(1, 0)).abs().mean((0, 2, 3, 4))


def build(labels: int, size: int, model: dict[str, Any]) -> StyleGanTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        for name in ("generator", "discriminator"):
            made = PATCH * BASE * 2 ** (len(model[name]) - 1)
            if made != size:
                raise UsageError(
                    f"pictures of {size} pixels do not fit: {len(model[name])} {name} channels are "
                    f"for {made}; prepare the data with --size {made}, or change the recipe"
                )
        return StyleGanTraining(labels, **model)
    except (KeyError, TypeError) as error:
        raise UsageError(
            f"the recipe's [model] table does not fit stylegan-lite: {error}"
        ) from error
