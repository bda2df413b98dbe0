"""``vae-lite`` as a generator: from verified weights to pictures, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.arguments import network_arguments
from zoo.generator import FromLatent, or_first
from zoo.safetensor import VerifiedFile, load_state

from .network import VaeLite

_NUMBERS = ("labels", "size", "depth", "prior_width", "prior_depth")


class VaeLiteGenerator(FromLatent):
    """Latent ``z`` (dim,), normal; the option ``temperature`` scales it."""

    def __init__(self, network: VaeLite, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        del size  # the network has one size
        return (self.network.prior.dim,)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, S, S) in [-1, 1]."""
        pictures: Tensor = self.network(z * options["temperature"], or_first(z, condition))
        return pictures.clamp(-1, 1)

    def encode(
        self, pictures: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]
    ) -> Tensor:
        """Latents (B, dim) whose decoding is the reconstruction of ``pictures`` (B, 3, S, S)."""
        z = self.network.invert(pictures, or_first(pictures, condition))
        scaled: Tensor = z / options["temperature"]
        return scaled


def build(
    files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype
) -> VaeLiteGenerator:
    """The factory of the card: the network's arguments lie in the file's metadata."""
    (file,) = files
    arguments = network_arguments(file, "vae-lite", numbers=_NUMBERS, lists=("channels",))
    return VaeLiteGenerator(load_state(VaeLite(**arguments), file), device, dtype)
