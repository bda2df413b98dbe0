"""Colourfulness."""

from __future__ import annotations

import torch
from torch import Tensor

from .colour import channels

_TINY = 1e-3  # keeps the slope of the square roots finite where a picture is grey


def colourfulness(
    pictures: Tensor, labels: Tensor | None = None, label_names: tuple[str, ...] = ()
) -> Tensor:
    """Colourfulness (B,) of pictures (B, 3, H, W) in [-1, 1]: Hasler & Suesstrunk, "Measuring
    colourfulness in natural images" (2003, Proc. SPIE 5007, equation 11), whose scale runs from 0,
    not colourful, over 33, moderately, and 59, quite, to 109, extremely.

    ``sqrt(s_rg^2 + s_yb^2) + 0.3 sqrt(m_rg^2 + m_yb^2)`` with the means m and standard deviations s
    of the opponent channels ``rg = R - G`` and ``yb = (R + G) / 2 - B`` in 8-bit units.
    """
    del labels, label_names
    red, green, blue = channels(pictures)
    rg, yb = (red - green).flatten(1), ((red + green) / 2 - blue).flatten(1)
    spread = rg.var(1, unbiased=False) + yb.var(1, unbiased=False)
    mean = rg.mean(1).square() + yb.mean(1).square()
    return (spread + _TINY).sqrt() + 0.3 * (mean + _TINY).sqrt()


def build(device: torch.device) -> object:
    """The reward's factory."""
    del device  # it has no weights
    return colourfulness
