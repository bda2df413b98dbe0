"""From a field of closeness to a drawing: ink where a line is near, in a colour, on paper."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import SCALE

PAPER = (253, 248, 236)
CRAYONS = (
    (38, 70, 83), (42, 157, 143), (231, 111, 81), (200, 85, 61), (87, 75, 144), (29, 53, 87),
    (188, 71, 73), (56, 102, 65),
)  # fmt: skip
_EDGE = 40.0  # how sharply ink ends
_LINE = 0.86  # closeness at the edge of a line of thickness 1
_WASH = 0.22  # how strong the colour around the lines is


def drawn(field: Tensor, *, thickness: float, crayon: Tensor | None = None) -> Tensor:
    """Fields (B, 1, S / 2, S / 2) to pictures (B, 3, S, S) in [-1, 1].

    ``thickness`` of a line: 1 is that of the drawings learnt from. ``crayon`` (B,) from 0 to 1
    chooses a colour; without, the ink is black and the paper white.
    """
    fine = F.interpolate(field, scale_factor=SCALE, mode="bicubic")
    ink = ((fine - (1 - (1 - _LINE) * thickness)) * _EDGE).sigmoid()
    if crayon is None:
        return (1 - 2 * ink).expand(-1, 3, -1, -1)
    colours = torch.tensor(CRAYONS, dtype=fine.dtype, device=fine.device) / 255
    paper = torch.tensor(PAPER, dtype=fine.dtype, device=fine.device)[:, None, None] / 255
    which = (crayon * len(CRAYONS)).long().clamp(0, len(CRAYONS) - 1)
    colour = colours[which][:, :, None, None]
    wash = _WASH * F.avg_pool2d(fine, 9, 1, 4, count_include_pad=False).clamp(0, 1)
    under = paper * (1 - wash) + colour * wash
    return 2 * (under * (1 - ink) + colour * ink) - 1
