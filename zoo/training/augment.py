"""DiffAugment (Zhao et al. 2020, arXiv:2006.10738): the discriminator sees real and generated
pictures through the same differentiable changes, so that they do not leak into samples."""

from __future__ import annotations

import torch
from torch import Tensor

from .trainable import Draws


def colour(x: Tensor, draw: Draws, strength: float = 1.0) -> Tensor:
    """Random brightness, saturation and contrast for pictures (B, 3, H, W) in [-1, 1]."""
    change = (draw.uniform(3, 1, 1, 1) - 0.5) * strength
    brightness, saturation, contrast = change.unbind(1)
    x = x + brightness * 0.4
    grey = x.mean(1, keepdim=True)
    x = (x - grey) * (1 + saturation) + grey
    mean = x.mean((1, 2, 3), keepdim=True)
    changed: Tensor = (x - mean) * (1 + 0.5 * contrast) + mean
    return changed


def translate(x: Tensor, draw: Draws, fraction: float = 0.1) -> Tensor:
    """Random shift by up to ``fraction`` of each side; the border is repeated."""
    batch, _, height, width = x.shape
    rows = _shifted(height, fraction, draw)
    columns = _shifted(width, fraction, draw)
    picture = torch.arange(batch, device=x.device)[:, None, None]
    return x[picture, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _shifted(side: int, fraction: float, draw: Draws) -> Tensor:
    reach = int(side * fraction)
    shift = draw.integers(2 * reach + 1, 1) - reach
    return (torch.arange(side, device=shift.device) + shift).clamp(0, side - 1)


def diff_augment(pictures: Tensor, draw: Draws) -> Tensor:
    """Colour, then translation, of pictures (B, 3, H, W); each draws for the whole batch."""
    changed = translate(colour(pictures, draw), draw)
    return changed.contiguous(memory_format=torch.channels_last)
