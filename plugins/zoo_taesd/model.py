"""TAESD as a generator: from verified weights to pictures, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.errors import WeightsError
from zoo.generator import FromLatent
from zoo.safetensor import VerifiedFile, load_state

from .network import Taesd

_FIRST = "decoder.layers.0.weight"


class TaesdGenerator(FromLatent):
    """Latent ``z`` (channels, H/8, W/8): Stable Diffusion's, scaled to about unit variance. Of
    noise it makes textures; a picture comes of latents that an encoder or a diffusion model
    made."""

    def __init__(self, network: Taesd, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        return (self.network.channels, size[0] // 8, size[1] // 8)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, H, W) in [-1, 1]."""
        del condition, options  # it has neither
        made: Tensor = self.network.decode(z)
        return made.clamp(-1, 1)

    def encode(
        self, pictures: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]
    ) -> Tensor:
        """Latents of ``pictures``, of any size that is a multiple of 8."""
        del condition, options
        found: Tensor = self.network.encode(pictures)
        return found


def build(
    files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype
) -> TaesdGenerator:
    """The factory of the cards: the file's shapes say how wide the network is."""
    (file,) = files
    first = file.tensors().get(_FIRST)
    if first is None or first.ndim != 4:
        raise WeightsError(f"{file.name} is not TAESD's: it has no {_FIRST}")
    width, channels = first.shape[:2]
    return TaesdGenerator(load_state(Taesd(channels, width), file), device, dtype)
