"""Training ``vae-lite``: the evidence lower bound (Kingma & Welling 2014, arXiv:1312.6114) with a
Laplace likelihood on a pyramid of sizes, and beside it the prior's flow over the latents.

A likelihood of pixels alone blurs what a latent cannot hold. So the reconstruction must also look
like the picture to a judge (Johnson et al. 2016, arXiv:1603.08155), and real to a discriminator on
the same features (Larsen et al. 2016, arXiv:1512.09300; Esser et al. 2021, arXiv:2012.09841).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.fitting import check_multiple
from zoo.training.likeness import offset, unlikeness
from zoo.training.projected import ProjectedDiscriminator, hinge
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .network import PATCH, VaeLite

LEVELS = 3  # of the pyramid: whole, half and quarter size


class VaeTraining:
    """Three phases: the autoencoder, the discriminator of its reconstructions, and the prior on
    its latents."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        channels: Sequence[int],
        depth: int,
        prior_width: int,
        prior_depth: int,
        judge: str,
        width: int,
        learning_rate: float,
        discriminator_lr: float,
        prior_lr: float,
        kl_weight: float,
        edge_weight: float,
        likeness_weight: float,
        adversarial_weight: float,
        prior_repeats: int,
    ) -> None:
        self.shape = {
            "labels": labels,
            "size": size,
            "channels": list(channels),
            "depth": depth,
            "prior_width": prior_width,
            "prior_depth": prior_depth,
        }
        self.model = VaeLite(labels, size, channels, depth, prior_width, prior_depth)
        self.discriminator = ProjectedDiscriminator(labels, size, judge=judge, width=width)
        self.networks: dict[str, nn.Module] = {
            "model": self.model,
            "discriminator": self.discriminator,
        }
        self.rates = (learning_rate, discriminator_lr, prior_lr)
        self.kl_weight, self.edge_weight = kl_weight, edge_weight
        self.likeness_weight, self.adversarial_weight = likeness_weight, adversarial_weight
        self.prior_repeats = prior_repeats
        self._moments = (torch.empty(0), torch.empty(0))
        self._seen: tuple[list[Tensor], list[Tensor]] = ([], [])

    def phases(self) -> Sequence[Phase]:
        autoencoder = [*self.model.encoder.parameters(), *self.model.decoder.parameters()]
        heads = list(self.discriminator.heads.parameters())
        first, second, third = self.rates
        return (
            Phase("autoencoder", autoencoder, self._autoencode, first),
            Phase("discriminator", heads, self._discriminate, second),
            Phase("prior", list(self.model.prior.parameters()), self._follow, third),
        )

    def _autoencode(self, batch: Batch) -> tuple[Tensor, Figures]:
        mean, log_variance = self.model.encoder(batch.pictures)
        self._moments = (mean.detach(), log_variance.detach())
        latent = mean + batch.draw.normal(*mean.shape[1:]) * (log_variance / 2).exp()
        made = self.model.decoder(latent)
        error = pyramid_error(made, batch.pictures, self.edge_weight)
        kl = divergence(mean, log_variance)
        see = self.discriminator.judge.maps
        maps = see(offset(made, batch.step))
        with torch.no_grad():
            real = see(offset(batch.pictures, batch.step))
        unlike = unlikeness(maps, real).mean()
        self.discriminator.heads.requires_grad_(False)
        convincing = self.discriminator.weigh(maps, batch.labels).mean()
        self._seen = (real, [m.detach() for m in maps])
        loss = error + self.kl_weight * kl + self.likeness_weight * unlike
        loss = loss - self.adversarial_weight * convincing
        return loss, {"reconstruction": error, "kl": kl, "unlike": unlike, "g_loss": -convincing}

    def _discriminate(self, batch: Batch) -> tuple[Tensor, Figures]:
        self.discriminator.heads.requires_grad_(True)
        real, fake = (self.discriminator.weigh(maps, batch.labels) for maps in self._seen)
        self._seen = ([], [])
        loss = hinge(real, fake)
        return loss, {"d_loss": loss, "d_gap": (real - fake).mean()}

    def _follow(self, batch: Batch) -> tuple[Tensor, Figures]:
        mean, log_variance = self._moments
        errors = [
            self._prior_error(self.model, mean, log_variance, batch)
            for _ in range(self.prior_repeats)
        ]
        loss = torch.stack(errors).mean()
        return loss, {"prior": loss}

    def _prior_error(
        self, network: nn.Module, mean: Tensor, log_variance: Tensor, batch: Batch
    ) -> Tensor:
        assert isinstance(network, VaeLite)
        latent = mean + batch.draw.normal(*mean.shape[1:]) * (log_variance / 2).exp()
        latent = latent.flatten(1)
        noise = batch.draw.normal(latent.shape[1])
        t = torch.sigmoid(batch.draw.normal())
        x = torch.lerp(latent, noise, t[:, None])
        off = network.prior(x, t, batch.labels) - (noise - latent)
        error: Tensor = off.square().mean()
        return error

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        assert isinstance(network, VaeLite)
        mean, log_variance = network.encoder(batch.pictures)
        made, see = network.decoder(mean), self.discriminator.judge.maps
        error = pyramid_error(made, batch.pictures, self.edge_weight)
        unlike = unlikeness(see(made), see(batch.pictures)).mean()
        prior = self._prior_error(network, mean, log_variance, batch)
        total = error + self.likeness_weight * unlike + prior
        found = {"total": total, "reconstruction": error, "unlike": unlike, "prior": prior}
        return {name: value.item() for name, value in found.items()}

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor:
        pictures: Tensor = network(draw.normal(self.model.prior.dim), labels)
        return pictures.clamp(-1, 1)

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Nothing: the averaged network is ready as it is."""

    def describe(self) -> dict[str, Any]:
        return dict(self.shape)


def pyramid_error(made: Tensor, pictures: Tensor, edge_weight: float) -> Tensor:
    """Mean absolute error over three sizes, and of the differences between neighbouring pixels.

    The latter (Mathieu et al. 2016, arXiv:1511.05440) keeps edges from blurring.
    """
    total = made.new_zeros(())
    for level in range(LEVELS):
        total = total + (made - pictures).abs().mean()
        for axis in (2, 3):
            total = (
                total + edge_weight * (made.diff(dim=axis) - pictures.diff(dim=axis)).abs().mean()
            )
        if level + 1 < LEVELS:
            made, pictures = F.avg_pool2d(made, 2), F.avg_pool2d(pictures, 2)
    return total


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence to the standard normal, nats a dimension, averaged."""
    return (mean.square() + log_variance.exp() - 1 - log_variance).mean() / 2


def build(labels: int, size: int, model: dict[str, Any]) -> VaeTraining:
    """The trainer's factory: ``model`` is the recipe's ``[model]`` table."""
    try:
        check_multiple(size, PATCH * 2 ** (len(model["channels"]) - 1))
        return VaeTraining(labels, size, **model)
    except (KeyError, TypeError) as error:
        raise UsageError(f"the recipe's [model] table does not fit vae-lite: {error}") from error
