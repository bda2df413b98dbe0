"""The networks of ``vae-lite``: an encoder and a decoder over 4x4 patches, and a prior.

The latent is a small map (16 channels at 1/16 of the side), so that a reconstruction keeps where
things are. Its distribution under each label is learned by a rectified flow over the flattened map
(Liu et al. 2023, arXiv:2209.03003), as latent diffusion does (Rombach et al. 2022,
arXiv:2112.10752): sampling a plain normal latent would give blurs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 4
GROUPS = 8
LATENT_CHANNELS = 16
PRIOR_STEPS = 16


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm2 = nn.GroupNorm(GROUPS, channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        residual: Tensor = self.conv2(F.silu(self.norm2(h)))
        return x + residual


class Encoder(nn.Module):
    """Pictures (B, 3, S, S) in [-1, 1] to the mean and log variance (B, 16, S/16, S/16)."""

    def __init__(self, channels: Sequence[int], depth: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3 * PATCH**2, channels[0], 3, padding=1)]
        for narrow, wide in pairwise(channels):
            layers += [ResidualBlock(narrow) for _ in range(depth)]
            layers.append(nn.Conv2d(narrow, wide, 3, stride=2, padding=1))
        layers += [ResidualBlock(channels[-1]) for _ in range(depth)]
        layers += [nn.GroupNorm(GROUPS, channels[-1]), nn.SiLU()]
        layers.append(nn.Conv2d(channels[-1], 2 * LATENT_CHANNELS, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.layers(F.pixel_unshuffle(pictures, PATCH)).chunk(2, 1)
        return mean, log_variance.clamp(-12, 2)


class Decoder(nn.Module):
    """Latents (B, 16, S/16, S/16) to pictures (B, 3, S, S), not clamped."""

    def __init__(self, channels: Sequence[int], depth: int) -> None:
        super().__init__()
        down = list(reversed(channels))
        layers: list[nn.Module] = [nn.Conv2d(LATENT_CHANNELS, down[0], 1)]
        for wide, narrow in pairwise(down):
            layers += [ResidualBlock(wide) for _ in range(depth)]
            layers += [nn.Conv2d(wide, narrow, 1), nn.Upsample(scale_factor=2)]
        layers += [ResidualBlock(down[-1]) for _ in range(depth)]
        layers += [nn.GroupNorm(GROUPS, down[-1]), nn.SiLU()]
        layers.append(nn.Conv2d(down[-1], 3 * PATCH**2, 3, padding=1))
        self.layers = nn.Sequential(*layers)

    def forward(self, latent: Tensor) -> Tensor:
        h = latent.contiguous(memory_format=torch.channels_last)
        return F.pixel_shuffle(self.layers(h), PATCH)


class PriorBlock(nn.Module):
    """A residual multilayer perceptron that the embedding shifts."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.embedded = nn.Linear(width, width, bias=False)
        self.second = nn.Linear(width, width)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        out: Tensor = self.second(F.silu(self.first(self.norm(x)) + self.embedded(e)))
        return x + out


class Prior(nn.Module):
    """The velocity (B, dim) of noisy flat latents (B, dim) at times (B,) under labels (B,)."""

    def __init__(self, labels: int, dim: int, width: int, depth: int) -> None:
        super().__init__()
        self.dim = dim
        self.label = nn.Embedding(labels, width)
        self.time = nn.Linear(width, width)
        self.into = nn.Linear(dim, width)
        self.blocks = nn.ModuleList(PriorBlock(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, dim)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
        half = self.label.embedding_dim // 2
        frequencies = torch.exp(torch.linspace(0, -math.log(1000), half, device=t.device))
        angles = 1000 * t[:, None] * frequencies
        e = F.silu(self.time(torch.cat([angles.sin(), angles.cos()], 1)) + self.label(label))
        h = self.into(x)
        for block in self.blocks:
            h = block(h, e)
        velocity: Tensor = self.out(self.norm(h))
        return velocity

    def integrate(self, x: Tensor, label: Tensor, start: float, end: float) -> Tensor:
        """Follow the flow from time ``start`` to ``end`` (1: noise, 0: latent) by Heun's method."""
        grid = torch.linspace(start, end, PRIOR_STEPS + 1)
        for t, s in pairwise(grid.tolist()):
            v = self(x, x.new_full((len(x),), t), label)
            ahead = self(x + (s - t) * v, x.new_full((len(x),), s), label)
            x = x + (s - t) * (v + ahead) / 2
        return x


class VaeLite(nn.Module):
    """Encoder, decoder and prior for square pictures of ``size`` pixels, a multiple of 16."""

    def __init__(
        self,
        labels: int,
        size: int,
        channels: Sequence[int],
        depth: int,
        prior_width: int,
        prior_depth: int,
    ) -> None:
        super().__init__()
        side = size // (PATCH * 2 ** (len(channels) - 1))
        self.latent_shape = (LATENT_CHANNELS, side, side)
        self.encoder = Encoder(channels, depth)
        self.decoder = Decoder(channels, depth)
        self.prior = Prior(labels, math.prod(self.latent_shape), prior_width, prior_depth)

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        """Pictures of normal latents ``z`` (B, dim): through the prior, then the decoder."""
        latent = self.prior.integrate(z, label, 1.0, 0.0)
        pictures: Tensor = self.decoder(latent.view(-1, *self.latent_shape))
        return pictures

    def invert(self, pictures: Tensor, label: Tensor) -> Tensor:
        """The normal latents ``z`` (B, dim) of pictures: encoded, then back through the prior."""
        mean, _ = self.encoder(pictures)
        return self.prior.integrate(mean.flatten(1), label, 0.0, 1.0)
