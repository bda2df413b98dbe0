"""The contract that every generator keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .request import Request


@dataclass(frozen=True)
class Step:
    """Pictures (B, 3, H, W) in [-1, 1]; previews have ``final`` False."""

    pictures: Tensor
    final: bool = True


@runtime_checkable
class Generator(Protocol):
    """Enough to generate, seal and replay.

    One whose pictures depend on further packages may have ``versions``, a dictionary of their names
    and versions: they are recorded beside torch's and that of the package that brings the model.
    """

    def generate(self, request: Request) -> Iterator[Step]:
        """Make one picture for each index of the request; the last step is the final one.

        Runs under ``torch.inference_mode``. All randomness comes from ``request.noise``.
        """
        ...


@runtime_checkable
class LatentGenerator(Generator, Protocol):
    """A generator whose picture is a function of a latent ``z``; its card can ``latent``."""

    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        """The shape of one picture's latent for a native (height, width)."""
        ...

    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """Latents (B, \\*latent_shape), standard normal, to pictures (B, 3, H, W) in [-1, 1].

        ``condition`` holds one index into the card's labels for each picture, int64 (B,), or is
        None for a model without labels.
        """
        ...


@runtime_checkable
class Encoder(LatentGenerator, Protocol):
    """A latent generator that finds the latent of a given picture; its card can ``encode``."""

    def encode(
        self, pictures: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]
    ) -> Tensor:
        """Latents (B, \\*latent_shape) of pictures (B, 3, H, W) in [-1, 1]: ``decode`` of them
        under the same condition and options comes near the pictures."""
        ...


class FromLatent(ABC):
    """Base class that supplies ``generate`` from ``decode``."""

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self.device = device
        self.dtype = dtype

    @abstractmethod
    def latent_shape(self, size: tuple[int, int]) -> tuple[int, ...]:
        """See :class:`LatentGenerator`."""

    @abstractmethod
    def decode(self, z: Tensor, *, condition: Tensor | None, options: Mapping[str, Any]) -> Tensor:
        """See :class:`LatentGenerator`."""

    def generate(self, request: Request) -> Iterator[Step]:
        """One step: the decoded latents of the purpose ``latent``."""
        import torch

        z = request.noise_batch("latent", self.latent_shape(request.size))
        labels = torch.tensor(request.labels, device=self.device) if request.labels else None
        yield Step(
            self.decode(z.to(self.device, self.dtype), condition=labels, options=request.options)
        )


def or_first(x: Tensor, condition: Tensor | None) -> Tensor:
    """``condition``, or label 0 for each row of ``x``: networks that were trained without labels
    have that one."""
    if condition is not None:
        return condition
    import torch

    return torch.zeros(len(x), dtype=torch.int64, device=x.device)
