"""``stylegan-lite`` as a generator: from verified weights to pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.errors import WeightsError
from zoo.generator import FromLatent
from zoo.safetensor import VerifiedFile, load_state

from .network import Generator

_MOST = 4096  # labels, dimensions or channels in a file that is not refused


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
        assert condition is not None
        pictures: Tensor = self.network(z, condition, options["truncation"])
        return pictures


def build(
    files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype
) -> StyleGanLite:
    """The factory of the card: the network's arguments lie in the file's metadata."""
    (file,) = files
    network = Generator(**_arguments(file))
    return StyleGanLite(load_state(network, file), device, dtype)


def _arguments(file: VerifiedFile) -> dict[str, Any]:
    try:
        table = json.loads(file.metadata()["network"])
        labels, z_dim, w_dim = (table[k] for k in ("labels", "z_dim", "w_dim"))
        channels = table["channels"]
        for value in (labels, z_dim, w_dim, *channels):
            if type(value) is not int or not 0 < value <= _MOST:
                raise ValueError(f"{str(value)[:40]!r} is not a size from 1 to {_MOST}")
        if not 2 <= len(channels) <= 8:
            raise ValueError(f"{len(channels)} channel counts")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WeightsError(
            f"{file.name} is not a weights file of stylegan-lite: its metadata have no fitting "
            f"'network' ({error}); give one that zoo train exported"
        ) from error
    return {"labels": labels, "z_dim": z_dim, "w_dim": w_dim, "channels": channels}
