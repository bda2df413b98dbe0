"""DiffAugment (Zhao et al. 2020, arXiv:2006.10738): the discriminator sees real and generated
pictures through the same differentiable changes, so that they do not leak into samples."""

from __future__ import annotations

import torch
from torch import Tensor


def colour(x: Tensor, rng: torch.Generator, strength: float = 1.0) -> Tensor:
    """Random brightness, saturation and contrast for pictures (B, 3, H, W) in [-1, 1]."""
    brightness, saturation, contrast = (
        torch.rand(3, len(x), 1, 1, 1, generator=rng).to(x.device) - 0.5
    ) * strength
    x = x + brightness * 0.4
    grey = x.mean(1, keepdim=True)
    x = (x - grey) * (1 + saturation) + grey
    mean = x.mean((1, 2, 3), keepdim=True)
    changed: Tensor = (x - mean) * (1 + 0.5 * contrast) + mean
    return changed


def translate(x: Tensor, rng: torch.Generator, fraction: float = 0.1) -> Tensor:
    """Random shift by up to ``fraction`` of each side; the border is repeated."""
    batch, _, height, width = x.shape
    rows = _shifted(height, batch, fraction, rng).to(x.device)
    columns = _shifted(width, batch, fraction, rng).to(x.device)
    picture = torch.arange(batch, device=x.device)[:, None, None]
    return x[picture, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _shifted(side: int, batch: int, fraction: float, rng: torch.Generator) -> Tensor:
    reach = int(side * fraction)
    shift = torch.randint(-reach, reach + 1, (batch, 1), generator=rng)
    return (torch.arange(side) + shift).clamp(0, side - 1)


def diff_augment(x: Tensor, rng: torch.Generator) -> Tensor:
    """Colour, then translation."""
    return translate(colour(x, rng), rng).contiguous(memory_format=torch.channels_last)
