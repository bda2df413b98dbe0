"""From pictures to latents and back, for models whose card can ``latent`` or ``encode``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .boundary import held
from .errors import PluginError, UsageError
from .generator import Encoder, LatentGenerator
from .origin import generator_of
from .picture_rules import problems as picture_problems
from .scaling import to_pixels

if TYPE_CHECKING:
    from .generation import Model


@torch.inference_mode()
def encode(
    model: Model, pixels: NDArray[np.uint8], labels: Sequence[str], options: dict[str, Any]
) -> NDArray[np.float32]:
    """Latents (N, \\*latent_shape) of pictures uint8 (N, H, W, 3) of a native size.

    ``labels`` has one name a picture, or is empty for a model without labels. Raises UsageError,
    or UnknownNameError for a label.
    """
    generator = model.generator
    if not isinstance(generator, Encoder):
        raise UsageError(f"{model.card.id} cannot encode; zoo models lists those that can")
    size, step = model.card.size, model.card.size_step
    if step and pixels.ndim == 4 and not any(side % step for side in pixels.shape[1:3]):
        size = (pixels.shape[1], pixels.shape[2])
    wanted = (len(pixels), *size, 3)
    if pixels.dtype != np.uint8 or pixels.shape != wanted:
        raise UsageError(f"pixels are {pixels.dtype} {pixels.shape}; expected uint8 {wanted}")
    pictures = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2)
    pictures = pictures.to(model.device, model.dtype) / 127.5 - 1
    condition = _condition(model, labels, len(pixels))
    checked = model.card.check_options(options)
    with held(generator_of(model.card)):
        z = generator.encode(pictures, condition=condition, options=checked)
    return z.float().cpu().numpy()


@torch.inference_mode()
def decode(
    model: Model, z: NDArray[np.float32], labels: Sequence[str], options: dict[str, Any]
) -> NDArray[np.uint8]:
    """Pictures uint8 (N, H, W, 3) of latents (N, \\*latent_shape); ``labels`` as in encode."""
    generator = model.generator
    if not isinstance(generator, LatentGenerator):
        raise UsageError(f"{model.card.id} has no latent; zoo models lists those that have")
    size, shape = model.card.size, generator.latent_shape(model.card.size)
    if model.card.size_step and len(shape) == 3 and z.ndim == 4:  # of a picture of another size
        size = (z.shape[2] * size[0] // shape[1], z.shape[3] * size[1] // shape[2])
        shape = generator.latent_shape(size)
    if z.shape[1:] != shape:
        raise UsageError(f"z has shape {z.shape}; expected (N, {', '.join(map(str, shape))})")
    latents = torch.from_numpy(np.ascontiguousarray(z)).to(model.device, model.dtype)
    condition, checked = _condition(model, labels, len(z)), model.card.check_options(options)
    who = generator_of(model.card)
    with held(who):
        pictures = generator.decode(latents, condition=condition, options=checked)
    for problem in picture_problems(pictures, (len(z), 3, *size), final=True):
        raise PluginError(f"{who} {problem}")
    return to_pixels(pictures)


def _condition(model: Model, labels: Sequence[str], count: int) -> Tensor | None:
    if not model.card.labels:
        if labels:
            raise UsageError(f"{model.card.id} has no labels; leave them out")
        return None
    if len(labels) != count:
        raise UsageError(f"{count} pictures but {len(labels)} labels; give one for each")
    indices = [model.card.find_label(label) for label in labels]
    return torch.tensor(indices, device=model.device)
