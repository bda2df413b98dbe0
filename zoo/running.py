"""Running a generator on one batch, and checking what it answers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

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


@torch.inference_mode()
def final_pixels(model: Model, request: Request) -> NDArray[np.uint8]:
    """The final pictures of a request as bytes (B, H, W, 3).

    Runs in full float32 with deterministic kernels, so that a replay comes as near as it can.
    Raises PluginError where the generator breaks its contract, UsageError where memory runs out.
    """
    exact = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    try:
        with exact:
            steps = deque(model.generator.generate(request), maxlen=1)
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
    return to_pixels(_checked(model, request, steps[0] if steps else None))


def _checked(model: Model, request: Request, step: object) -> Tensor:
    name, shape = model.card.id, (len(request), 3, *request.size)
    if not isinstance(step, Step) or not step.final:
        raise PluginError(f"{name} ended without a final Step; its plugin breaks the contract")
    pictures = step.pictures
    if not isinstance(pictures, Tensor) or tuple(pictures.shape) != shape:
        found = tuple(getattr(pictures, "shape", ())) or type(pictures).__name__
        raise PluginError(f"{name} made {found}; its card and request ask for {shape}")
    if not pictures.isfinite().all():
        raise ZooError(
            f"{name} made values that are not finite; its weights may be damaged "
            f"(sha256 {', '.join(model.weights)}), or try another seed"
        )
    return pictures
