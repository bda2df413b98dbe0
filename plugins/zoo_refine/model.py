"""``refine-lite`` as a generator: from verified weights to pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.arguments import network_arguments
from zoo.generator import FromLatent, Step, or_first
from zoo.request import Request
from zoo.safetensor import VerifiedFile, load_state

from .flow import guided
from .network import Refiner
from .solver import heun, times, trajectory


class RefineLite(FromLatent):
    """Latent ``z`` (3, H, W) is the noise that refinement begins with.

    Options: ``steps`` of the solver, and ``guidance`` (1 is the plain conditional model).
    """

    def __init__(self, network: Refiner, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(device, dtype)
        self.network = network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        return (3, *size)

    def generate(self, request: Request) -> Iterator[Step]:
        """The state after each step of the solver; the last one is the picture."""
        z = request.noise_batch("latent", self.latent_shape(request.size))
        z = z.to(self.device, self.dtype)
        condition = torch.tensor(request.labels, device=self.device) if request.labels else None
        steps = request.options["steps"]
        flow = guided(self.network, or_first(z, condition), request.options["guidance"])
        for number, state in enumerate(trajectory(flow, z, times(steps)), 1):
            yield Step(state.clamp(-1, 1), final=number == steps)

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Pictures (B, 3, H, W) in [-1, 1]."""
        flow = guided(self.network, or_first(z, condition), options["guidance"])
        return heun(flow, z, times(options["steps"])).clamp(-1, 1)

    def encode(
        self, pictures: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]
    ) -> Tensor:
        """The noise (B, 3, H, W) that leads to ``pictures``: the flow, followed backwards."""
        flow = guided(self.network, or_first(pictures, condition), options["guidance"])
        return heun(flow, pictures, times(options["steps"])[::-1])


def build(files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype) -> RefineLite:
    """The factory of the cards: the network's arguments lie in the file's metadata."""
    (file,) = files
    arguments = network_arguments(
        file, "refine-lite", numbers=("labels", "depth", "embedding"), lists=("channels",)
    )
    return RefineLite(load_state(Refiner(**arguments), file), device, dtype)
