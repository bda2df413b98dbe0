"""Running a generator on one batch, and checking what it answers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .errors import PluginError, UsageError, ZooError
from .generator import Step
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
    try:
        with exact:
            *states, last = _steps(model, request, most)
    except ZooError:
        raise
    except torch.OutOfMemoryError as error:
        raise UsageError(
            f"{len(request)} pictures at once do not fit into the memory of {model.device}; "
            "give a smaller batch, or device='cpu'"
        ) from error
    except Exception as error:
        raise PluginError(
            f"the generator of {model.card.id} failed: {type(error).__name__}: {error} "
            "(ZOO_STRICT=1 shows where)"
        ) from error
    kept = [states[len(states) * i // (most - 1)] for i in range(min(most - 1, len(states)))]
    return [to_pixels(p) for p in kept] + [to_pixels(_checked(model, request, last))]


def _steps(model: Model, request: Request, most: int) -> list[Any]:
    """The pictures of every step, or of the last alone, and then the last step itself."""
    if most == 1:
        return list(deque(model.generator.generate(request), maxlen=1)) or [None]
    *states, last = model.generator.generate(request)
    return [_of_shape(model, request, step.pictures) for step in states] + [last]


def _checked(model: Model, request: Request, step: object) -> Tensor:
    name = model.card.id
    if not isinstance(step, Step) or not step.final:
        raise PluginError(f"{name} ended without a final Step; its plugin breaks the contract")
    pictures = _of_shape(model, request, step.pictures)
    if not pictures.isfinite().all():
        raise ZooError(
            f"{name} made values that are not finite; its weights may be damaged "
            f"(sha256 {', '.join(model.weights)}), or try another seed"
        )
    return pictures


def _of_shape(model: Model, request: Request, pictures: object) -> Tensor:
    shape = (len(request), 3, *request.size)
    if not isinstance(pictures, Tensor) or tuple(pictures.shape) != shape:
        found = tuple(getattr(pictures, "shape", ())) or type(pictures).__name__
        raise PluginError(f"{model.card.id} made {found}; its card and request ask for {shape}")
    return pictures
