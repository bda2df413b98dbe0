"""Running a generator on one batch, and checking what it answers."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .boundary import held, named_if_slow
from .errors import PluginError, UsageError
from .generator import Step
from .origin import generator_of, owner_of
from .picture_rules import problems as picture_problems
from .request import Request
from .scaling import to_pixels

if TYPE_CHECKING:
    from .generation import Model


def final_pixels(model: Model, request: Request) -> NDArray[np.uint8]:
    """The final pictures of a request as bytes (B, H, W, 3); see :func:`step_pixels`."""
    return step_pixels(model, request, 1)[-1]


@torch.inference_mode()
def step_pixels(model: Model, request: Request, most: int) -> list[NDArray[np.uint8]]:
    """The final pictures of a request as bytes (B, H, W, 3), after at most ``most - 1`` of the
    states that led to them, evenly chosen.

    Runs in full float32 with deterministic kernels, so that a replay comes as near as it can.
    Raises PluginError where the generator breaks its contract, UsageError where memory runs out.
    """
    exact = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    who = generator_of(model.card)
    try:
        with exact, named_if_slow(f"{who}: making pictures"), held(who):
            *states, last = _steps(model, request, most)
        kept = [states[len(states) * i // (most - 1)] for i in range(min(most - 1, len(states)))]
        check = partial(_checked, who, model, request)
        pictures = [*(check(step, final=False) for step in kept), check(last, final=True)]
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise UsageError(
            f"{len(request)} pictures at once do not fit into the memory of {model.device}; "
            "give a smaller batch, or device='cpu'"
        ) from error
    return [to_pixels(each) for each in pictures]


def _steps(model: Model, request: Request, most: int) -> list[Any]:
    """Every step, or the last alone; None for a last one where there is none."""
    steps = deque(model.generator.generate(request), maxlen=1 if most == 1 else None)
    return list(steps) or [None]


def _checked(who: str, model: Model, request: Request, step: object, *, final: bool) -> Tensor:
    """The pictures of a step. Raises PluginError where they break a rule of
    :mod:`zoo.picture_rules`."""
    if not isinstance(step, Step) or (final and not step.final):
        raise PluginError(f"{who} ended without a final Step; its plugin breaks the contract")
    for problem in picture_problems(step.pictures, (len(request), 3, *request.size), final=final):
        weights = ", ".join(model.weights)
        hint = f"; if its weights (sha256 {weights}) are damaged, get them again" if weights else ""
        plugin = owner_of(model.card)
        check = f"; zoo plugins check {plugin.name} tries all that it must be" if plugin else ""
        raise PluginError(f"{who} {problem}{hint}{check}")
    return step.pictures
