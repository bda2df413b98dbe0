"""The network: from a latent and a label to a field of closeness, which the nearest line rules.

Lines are thin, and a network that is unsure where a line runs draws a grey smear. How close each
pixel is to a line changes slowly, so an average of that still has a line in its middle.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SCALE = 2
"""The field has half as many pixels a side as the picture."""
REACH = 6
"""How far closeness reaches, in pixels of the field."""
_QUICK = 8.0  # templates learn so much faster than the rest


class Decoder(nn.Module):
    """Latents (B, latent) and labels (B,) to fields (B, 1, size / 2, size / 2) from 0 to 1.

    Each label has one template, and a latent says how to bend it: a deformable template, as in
    active appearance models (Cootes, Edwards & Taylor 2001). What is bent stays sharp.
    """

    def __init__(self, labels: int, size: int, latent: int, grid: int) -> None:
        super().__init__()
        self.size, self.latent, self.grid = size, latent, grid
        side = size // SCALE
        self.templates = nn.Parameter(torch.full((labels, side, side), 0.02))
        self.bends = nn.Parameter(torch.randn(labels, latent, 2 * grid**2) * 0.02)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        templates = (_QUICK * self.templates[labels])[:, None]
        bend = self.bend(z, labels)
        bend = F.interpolate(bend, templates.shape[2:], mode="bicubic", align_corners=True)
        straight = F.affine_grid(
            torch.eye(2, 3, device=z.device, dtype=z.dtype).expand(len(z), 2, 3),
            list(templates.shape),
            align_corners=False,
        )
        where = straight + bend.permute(0, 2, 3, 1)
        return F.grid_sample(templates, where, align_corners=False)

    def bend(self, z: Tensor, labels: Tensor) -> Tensor:
        """How far each point of a grid is moved, (B, 2, grid, grid); 2 is the side of a picture."""
        moved = torch.einsum("bl,blg->bg", z, self.bends[labels])
        return moved.view(-1, 2, self.grid, self.grid)


class Encoder(nn.Module):
    """Fields and labels to the mean and the log variance of latents, (B, latent) each."""

    def __init__(self, labels: int, size: int, latent: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear((size // SCALE // 2) ** 2, width)
        self.embed = nn.Embedding(labels, width)
        self.hidden = nn.Linear(width, width)
        self.last = nn.Linear(width, 2 * latent)

    def forward(self, field: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        h = F.silu(self.first(F.avg_pool2d(field, 2).flatten(1)) + self.embed(labels))
        h = h + F.silu(self.hidden(h))
        mean, log_variance = self.last(h).chunk(2, 1)
        return mean, log_variance.clamp(-8, 4)


def closeness(pictures: Tensor) -> Tensor:
    """Dark lines on white, (B, 3, S, S) in [-1, 1], to how close each pixel is to one: fields
    (B, 1, S / 2, S / 2), 1 on a line, 0 at REACH pixels and more."""
    ink = F.avg_pool2d((1 - pictures[:, :1]) / 2, SCALE)
    grown, total = ink, ink
    for step in range(1, REACH):
        grown = _grown(grown, square=step % 2 == 1)  # in turn a square and a cross: nearly a circle
        total = total + grown
    return total / REACH


def _grown(field: Tensor, *, square: bool) -> Tensor:
    """The largest of each pixel and its four, or eight, neighbours."""
    wide = F.pad(field, (1, 1, 0, 0))
    across = torch.maximum(torch.maximum(wide[..., :-2], wide[..., 2:]), field)
    tall = F.pad(across if square else field, (0, 0, 1, 1))
    along = torch.maximum(tall[..., :-2, :], tall[..., 2:, :])
    return torch.maximum(across, along)
