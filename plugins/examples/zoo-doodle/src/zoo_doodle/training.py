"""Training: a variational autoencoder (Kingma & Welling 2014, arXiv:1312.6114) of fields of
closeness. The encoder is left behind; the decoder is the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from zoo.errors import UsageError
from zoo.training.trainable import Batch, Draws, Figures, Phase

from .ink import drawn
from .network import Decoder, Encoder, closeness


def build(labels: int, size: int, model: dict[str, Any]) -> DoodleTraining:
    """What ``zoo train`` calls with the recipe's table ``[model]``."""
    if size % 4:
        raise UsageError(f"the pictures have {size} pixels a side; doodle needs a multiple of 4")
    return DoodleTraining(labels, size, **model)


class DoodleTraining:
    """One phase: encoder and decoder together."""

    def __init__(
        self,
        labels: int,
        size: int,
        *,
        latent: int,
        grid: int,
        width: int,
        kl_weight: float,
        tear_weight: float,
        learning_rate: float,
    ) -> None:
        self.shape = {"labels": labels, "size": size, "latent": latent, "grid": grid}
        self.kl_weight, self.tear_weight, self.learning_rate = kl_weight, tear_weight, learning_rate
        self.decoder = Decoder(labels, size, latent, grid)
        self.encoder = Encoder(labels, size, latent, width)
        self.networks: dict[str, nn.Module] = {"model": self.decoder, "encoder": self.encoder}

    def phases(self) -> Sequence[Phase]:
        both = [*self.encoder.parameters(), *self.decoder.parameters()]
        return (Phase("autoencoder", both, self._autoencode, self.learning_rate),)

    def _autoencode(self, batch: Batch) -> tuple[Tensor, Figures]:
        error, kl, tear = self._bound(self.decoder, batch)
        loss = error + self.kl_weight * kl + self.tear_weight * tear
        return loss, {"error": error, "kl": kl, "tear": tear}

    def _bound(self, decoder: Decoder, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """The error of the fields, the divergence of the latents, and how unevenly the templates
        are bent."""
        field = closeness(batch.pictures)
        mean, log_variance = self.encoder(field, batch.labels)
        z = mean + (log_variance / 2).exp() * batch.draw.normal(mean.shape[1])
        error = (decoder(z, batch.labels) - field).square().mean()
        kl = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean() / 2
        bend = decoder.bend(z, batch.labels)
        tear = bend.diff(dim=2).square().mean() + bend.diff(dim=3).square().mean()
        return error, kl, tear

    def sample(self, network: nn.Module, labels: Tensor, draw: Draws) -> Tensor:
        """Pictures of the averaged decoder."""
        field = network(draw.normal(self.shape["latent"]), labels)
        return drawn(field, thickness=1.0)

    def held_out(self, network: nn.Module, batch: Batch) -> Mapping[str, float]:
        """The error of the averaged decoder on drawings that are not learnt from."""
        with torch.no_grad():
            error, _, _ = self._bound(cast(Decoder, network), batch)
        return {"error": float(error)}

    def finish(self, network: nn.Module, draw: Draws) -> None:
        """Nothing is left to do."""

    def describe(self) -> dict[str, Any]:
        """What rebuilds the decoder."""
        return self.shape
