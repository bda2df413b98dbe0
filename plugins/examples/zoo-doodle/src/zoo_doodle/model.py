"""The generator: imported when it makes its first picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

import zoo
from zoo.safetensor import VerifiedFile, load_state

from .ink import drawn
from .network import Decoder


class Doodle(zoo.FromLatent):
    """The latent's last number chooses the crayon, the others what the thing looks like."""

    def __init__(self, network: Decoder, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype)

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        """One number more than the network's."""
        del size  # it has one size
        return (self.network.latent + 1,)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, S, S) in [-1, 1]."""
        labels = torch.zeros(len(z), dtype=torch.int64) if condition is None else condition
        field = self.network(z[:, :-1] * options["variety"], labels.to(z.device))
        crayon = torch.special.ndtr(z[:, -1])
        return drawn(field, thickness=options["thickness"], crayon=crayon)


def build(files: Sequence[VerifiedFile], device: torch.device, dtype: torch.dtype) -> Doodle:
    """The card's factory. The network's arguments lie in the file's metadata."""
    (file,) = files
    network = Decoder(**json.loads(file.metadata()["network"]))
    return Doodle(load_state(network, file), device, dtype)
