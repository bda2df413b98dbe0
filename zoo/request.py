"""Requests: what is asked of a generator for one batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .noise import SEED_END, normals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


MOST_PROMPT = 10_000
"""Characters of a prompt: more than any model reads, and few enough for a record."""


@dataclass(frozen=True)
class Request:
    """One batch of pictures: ``seed`` and one index a picture name its random numbers.

    ``labels`` holds one index into the card's labels for each picture, or nothing. ``size`` is the
    native (height, width) to make. ``prompt`` says in words what all of them show, where the model
    draws words. ``images`` holds input pictures, uint8 (H, W, 3), one for each
    picture, where the model takes any. ``options`` are checked and complete.
    """

    seed: int
    indices: tuple[int, ...]
    size: tuple[int, int]
    labels: tuple[int, ...] = ()
    prompt: str | None = None
    images: tuple[NDArray[np.uint8], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, values in (("seed", (self.seed,)), ("index", self.indices)):
            for value in values:
                if type(value) is not int or not 0 <= value < SEED_END:
                    raise UsageError(f"{name} is {value!r}; expected an integer from 0 to 2^63 - 1")
        if self.prompt is not None and len(self.prompt) > MOST_PROMPT:
            raise UsageError(
                f"the prompt has {len(self.prompt)} characters; at most {MOST_PROMPT} are taken"
            )
        for name, many in (("labels", self.labels), ("images", self.images)):
            if many and len(many) != len(self.indices):
                raise UsageError(f"{len(self.indices)} pictures but {len(many)} {name}")

    def __len__(self) -> int:
        return len(self.indices)

    def noise(self, i: int, purpose: str, shape: tuple[int, ...]) -> Tensor:
        """Standard normal numbers for picture ``i`` of the batch: float32 ``shape``, on the CPU.

        They depend on (seed, index, purpose) alone. Every random number of a generator comes from
        here, each draw under a purpose of its own ("latent", "step 3"), so that a picture is the
        same in any batch and can be made again.
        """
        import torch

        return torch.from_numpy(normals(self.seed, self.indices[i], purpose, shape))

    def noise_batch(self, purpose: str, shape: tuple[int, ...]) -> Tensor:
        """:meth:`noise` of every picture, stacked: float32 (B, \\*shape), on the CPU."""
        import torch

        return torch.stack([self.noise(i, purpose, shape) for i in range(len(self))])
