"""Training ``vae-lite``: the evidence lower bound (Kingma & Welling 2014, arXiv:1312.6114) with a
Laplace likelihood on a pyramid of sizes, and beside it the prior's flow over the latents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.fitting import check_multiple
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .network import PATCH, VaeLite

LEVELS = 3  # of the pyramid: whole, half and quarter size


class VaeTraining:
    """Two phases: the autoencoder, and the prior on the latents that it makes."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        channels: Sequence[int],
        depth: int,
        prior_width: int,
        prior_depth: int,
        learning_rate: float,
        prior_lr: float,
        kl_weight: float,
        edge_weight: float,
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
        self.networks: dict[str, nn.Module] = {"model": self.model}
        self.rates = (learning_rate, prior_lr)
        self.kl_weight = kl_weight
        self.edge_weight = edge_weight
        self.prior_repeats = prior_repeats
        self._moments = (torch.empty(0), torch.empty(0))

    def phases(self) -> Sequence[Phase]:
        autoencoder = [*self.model.encoder.parameters(), *self.model.decoder.parameters()]
        first, second = self.rates
        return (
            Phase("autoencoder", autoencoder, self._autoencode, first),
            Phase("prior", list(self.model.prior.parameters()), self._follow, second),
        )

    def _autoencode(self, batch: Batch) -> tuple[Tensor, Figures]:
        mean, log_variance = self.model.encoder(batch.pictures)
        self._moments = (mean.detach(), log_variance.detach())
        latent = mean + batch.draw.normal(*mean.shape[1:]) * (log_variance / 2).exp()
        made = self.model.decoder(latent)
        error = pyramid_error(made, batch.pictures, self.edge_weight)
        kl = divergence(mean, log_variance)
        loss = error + self.kl_weight * kl
        return loss, {"reconstruction": error, "kl": kl}

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
        error = pyramid_error(network.decoder(mean), batch.pictures, self.edge_weight)
        prior = self._prior_error(network, mean, log_variance, batch)
        total = error + prior
        return {"total": total.item(), "reconstruction": error.item(), "prior": prior.item()}

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
