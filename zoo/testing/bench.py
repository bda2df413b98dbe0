"""A model on the bench: small requests of it, and the raw steps that its generator answers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zoo.card import Can, Card
from zoo.generation import Model
from zoo.generator import Step
from zoo.loading import load_card
from zoo.request import Request

from .watched import Watched, watch, watching

LEVELS = 2
"""Two pictures count as the same where no value differs by more than so many of 255 levels: the
order of a sum, which may differ with the batch, changes no more than that."""


class Bench:
    """A card, and its model once it is asked for."""

    def __init__(self, card: Card, device: str) -> None:
        self.card, self.device = card, device

    @cached_property
    def model(self) -> Model:
        """Raises what loading raises."""
        return load_card(self.card, device=self.device)

    @cached_property
    def quick(self) -> dict[str, Any]:
        """The default options, but with as few steps as there can be."""
        return {
            o.name: int(o.range[0]) if o.name == "steps" and o.range else o.default
            for o in self.card.options
        }

    def request(
        self,
        *indices: int,
        seed: int = 7,
        label: int = 0,
        options: dict[str, Any] | None = None,
        prompt: str = "a red apple",
    ) -> Request:
        """A request for these pictures, with the quick options where none are given."""
        card = self.card
        height, width = card.size
        return Request(
            seed,
            indices,
            card.size,
            (label,) * len(indices) if card.labels else (),
            prompt if Can.PROMPT in card.can else None,
            (np.full((height, width, 3), 128, np.uint8),) * len(indices)
            if Can.IMAGE_INPUT in card.can
            else (),
            self.quick if options is None else options,
        )

    def steps(self, request: Request) -> list[Step]:
        """All steps of a request, run as Zoo runs them."""
        with torch.inference_mode(), watching():
            return list(self.model.generator.generate(request))

    def watched(self) -> Watched:
        """What making a picture changes and prints."""
        request, generator = self.request(0), self.model.generator
        with torch.inference_mode():
            return watch(lambda: list(generator.generate(request)))

    def pictures(self, request: Request) -> Tensor:
        """The final pictures (B, 3, H, W), on the CPU."""
        last: Tensor = self.steps(request)[-1].pictures
        return last.detach().float().cpu()


def far_apart(one: Tensor, other: Tensor) -> str | None:
    """How far two pictures differ, in words, where they are not the same."""
    if one.shape != other.shape:
        return f"their shapes are {tuple(one.shape)} and {tuple(other.shape)}"
    worst = float((one.clamp(-1, 1) - other.clamp(-1, 1)).abs().max()) * 127.5
    return f"they differ by {worst:.3g} of 255 levels" if not worst <= LEVELS else None
