"""``refine-turbo`` as a generator: refinement in at most four network calls.

Each call names a picture; all but the last are made noisy again, less and less, as consistency
models sample (Song et al. 2023, arXiv:2303.01469, algorithm 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from zoo.arguments import network_arguments
from zoo.generator import FromLatent, Step, or_first
from zoo.request import Request
from zoo.safetensor import VerifiedFile, load_state

from .flow import denoised
from .network import Refiner

TIMES = (1.0, 0.6, 0.3, 0.1)
"""At which the network was trained."""
CHOSEN = {1: TIMES[:1], 2: TIMES[:3:2], 3: TIMES[:3], 4: TIMES}
"""The times of so many calls."""


def refinement(network: nn.Module, z: Tensor, label: Tensor, calls: int) -> Iterator[Tensor]:
    """The picture (B, 3, H, W) after each of 1 to 4 calls, from noise ``z`` like it.

    Later noise is the first noise, moved: the same ``z`` gives the same picture.
    """
    x = z
    for number, t in enumerate(CHOSEN[calls]):
        if number:
            shift = number * z.shape[-1] // len(TIMES)
            x = (1 - t) * x + t * z.roll((shift, shift), (-2, -1))
        x = denoised(network, x, z.new_full((len(z),), t), label).clamp(-1, 1)
        yield x


def refined(network: nn.Module, z: Tensor, label: Tensor, calls: int = len(TIMES)) -> Tensor:
    """The last picture of :func:`refinement`."""
    *_, last = refinement(network, z, label, calls)
    return last


class RefineTurbo(FromLatent):
    """Latent ``z`` (3, H, W) is the noise that refinement begins with. Option: ``steps``."""

    def __init__(self, network: Refiner, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        return (3, *size)

    def generate(self, request: Request) -> Iterator[Step]:
        """The picture after each call."""
        z = request.noise_batch("latent", self.latent_shape(request.size))
        z = z.to(self.device, self.dtype)
        condition = torch.tensor(request.labels, device=self.device) if request.labels else None
        steps = request.options["steps"]
        made = refinement(self.network, z, or_first(z, condition), steps)
        for number, picture in enumerate(made, 1):
            yield Step(picture, final=number == steps)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, H, W) in [-1, 1]."""
        return refined(self.network, z, or_first(z, condition), options["steps"])


def build(files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype) -> RefineTurbo:
    """The factory of the cards: the network's arguments lie in the file's metadata."""
    (file,) = files
    arguments = network_arguments(
        file, "refine-turbo", numbers=("labels", "depth", "embedding"), lists=("channels",)
    )
    return RefineTurbo(load_state(Refiner(**arguments), file), device, dtype)
