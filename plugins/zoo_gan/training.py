"""Training ``stylegan-lite``: the non-saturating loss (Goodfellow et al. 2014, arXiv:1406.2661)
with a lazy R1 penalty (Mescheder et al. 2018, arXiv:1801.04406; Karras et al. 2020,
arXiv:1912.04958, section 2.3) and DiffAugment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.augment import diff_augment
from zoo.training.trainable import Batch, Phase

from .network import GROUP, Discriminator, Generator, ModulatedNorm

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
            "generator": self.generator,
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

    def _discriminate(self, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        self.discriminator.requires_grad_(True)
        z = torch.randn(len(batch.labels), self.generator.z_dim, generator=batch.rng)
        self._fake = self.generator(z.to(batch.pictures.device), batch.labels)
        pictures = diff_augment(batch.pictures, batch.rng)
        penalise = batch.step % R1_INTERVAL == 0
        pictures.requires_grad_(penalise)
        real = self.discriminator(pictures, batch.labels)
        fake = self.discriminator(diff_augment(self._fake.detach(), batch.rng), batch.labels)
        loss = F.softplus(-real).mean() + F.softplus(fake).mean()
        figures = {"d_loss": loss.item(), "d_gap": (real - fake).mean().item()}
        if penalise:
            (slope,) = torch.autograd.grad(real.sum(), pictures, create_graph=True)
            penalty = slope.square().sum((1, 2, 3)).mean()
            loss = loss + penalty * (self.r1_gamma / 2 * R1_INTERVAL)
            figures["r1"] = penalty.item()
        return loss, figures

    def _generate(self, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        self.discriminator.requires_grad_(False)
        made, self._fake = self._fake, torch.empty(0)
        logits = self.discriminator(diff_augment(made, batch.rng), batch.labels)
        loss = F.softplus(-logits).mean()
        figures = {"g_loss": loss.item()}
        if self.spread_weight:
            lacking = F.relu(spread(batch.pictures) - spread(made)).mean()
            loss = loss + self.spread_weight * lacking
            figures["lacking_spread"] = lacking.item()
        return loss, figures

    def sample(self, generator: nn.Module, labels: Tensor, rng: torch.Generator) -> Tensor:
        z = torch.randn(len(labels), self.generator.z_dim, generator=rng).to(labels.device)
        pictures: Tensor = generator(z, labels)
        return pictures

    @torch.no_grad()
    def finish(self, generator: nn.Module, rng: torch.Generator) -> None:
        """Measure the batch norms' statistics and each label's mean style for the averaged weights.

        The averaged weights were never run in training, so the running statistics copied from
        the trained ones only nearly fit them (BigGAN's "standing statistics").
        """
        assert isinstance(generator, Generator)
        labels, z_dim = len(generator.w_mean), generator.z_dim
        device = generator.w_mean.device
        norms = [m.norm for m in generator.modules() if isinstance(m, ModulatedNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # cumulative mean
        generator.train()
        for _ in range(64):
            label = torch.randint(labels, (64,), generator=rng).to(device)
            generator(torch.randn(64, z_dim, generator=rng).to(device), label)
        generator.eval()
        for index in range(labels):
            z = torch.randn(1000, z_dim, generator=rng).to(device)
            label = torch.full((len(z),), index, device=device)
            generator.w_mean[index] = generator.style(z, label).mean(0)

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


def build(labels: int, model: dict[str, Any]) -> StyleGanTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        return StyleGanTraining(labels, **model)
    except TypeError as error:
        raise UsageError(
            f"the recipe's [model] table does not fit stylegan-lite: {error}"
        ) from error
