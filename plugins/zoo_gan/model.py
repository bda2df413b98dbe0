"""``stylegan-lite`` as a generator: from verified weights to pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.arguments import network_arguments
from zoo.generator import FromLatent, or_first
from zoo.safetensor import VerifiedFile, load_state

from .network import Generator


class StyleGanLite(FromLatent):
    """Latent ``z`` (z_dim,); the option ``truncation`` pulls the style to its label's mean."""

    def __init__(self, network: Generator, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype)

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        del size  # the network has one size
        return (self.network.z_dim,)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, 64, 64) in [-1, 1]."""
        pictures: Tensor = self.network(z, or_first(z, condition), options["truncation"])
        return pictures


def build(
    files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype
) -> StyleGanLite:
    """The factory of the card: the network's arguments lie in the file's metadata."""
    (file,) = files
    arguments = network_arguments(
        file, "stylegan-lite", numbers=("labels", "z_dim", "w_dim"), lists=("channels",)
    )
    return StyleGanLite(load_state(Generator(**arguments), file), device, dtype)
