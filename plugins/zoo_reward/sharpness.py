"""Sharpness that noise does not raise."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .colour import channels

WINDOW = 7
"""Side of the neighbourhood, in pixels, whose gradients are compared."""
LEAST_COHERENCE = 0.2
"""Noise alone reaches about this in a neighbourhood of 49 gradients, so that less counts as none.
"""
FAINT = 4.0
"""Slopes well below so many grey levels a pixel count less and less, so that nothing is gained by
drawing faint lines where a picture is flat."""
_TINY = 1e-6  # keeps the slope of the square roots finite where a picture is flat


def sharpness(
    pictures: Tensor, labels: Tensor | None = None, label_names: tuple[str, ...] = ()
) -> Tensor:
    """Sharpness (B,) of pictures (B, 3, H, W) in [-1, 1], each side 8 or more: the content metric Q
    of Zhu & Milanfar (2010, IEEE Transactions on Image Processing 19(12), section III), in grey
    levels a pixel.

    ``s1 >= s2`` are the root mean square gradients of a neighbourhood along its dominant
    orientation and across; ``(s1 - s2) / (s1 + s2)`` is its coherence. An edge has a steep ``s1``
    and a high coherence, blur lowers the one, noise the other; so ``s1`` times coherence, averaged
    over the picture, falls with both. 0 to 255. The paper averages over the neighbourhoods whose
    coherence is significant; here that threshold is subtracted, and faint slopes are damped, which
    keeps the gradient continuous.
    """
    del labels, label_names
    red, green, blue = channels(pictures)
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    across, down = _gradients(grey)
    xx, yy, xy = (
        F.avg_pool2d(product[:, None], WINDOW, stride=1)
        for product in (across * across, down * down, across * down)
    )
    middle = (xx + yy) / 2
    apart = (((xx - yy) / 2).square() + xy.square() + _TINY**2).sqrt()
    s1 = (middle + apart).clamp(min=_TINY).sqrt()
    s2 = (middle - apart).clamp(min=_TINY).sqrt()
    coherence = (s1 - s2) / (s1 + s2)
    steepness = s1.square() / (s1 + FAINT)
    return (steepness * F.relu(coherence - LEAST_COHERENCE)).mean((1, 2, 3))


def _gradients(grey: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of (B, H, W) to the right and down, both at the corners between pixels."""
    right, down = grey[:, :, 1:] - grey[:, :, :-1], grey[:, 1:] - grey[:, :-1]
    return (right[:, 1:] + right[:, :-1]) / 2, (down[:, :, 1:] + down[:, :, :-1]) / 2


def build(device: torch.device) -> object:
    """The reward's factory."""
    del device  # it has no weights
    return sharpness
