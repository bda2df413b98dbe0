"""The network of ``refine-lite``: a small U-Net over 4x4 patches of the picture.

A 64x64 picture is a 16x16 map of patches (pixel-unshuffle) to it, so the costly full resolution is
never seen by a convolution: this is what makes training on two CPU cores possible. Residual blocks
are modulated by time and label (AdaGN; Dhariwal & Nichol 2021, arXiv:2105.05233); the coarsest map
has self-attention. Skips are added, not concatenated, which costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 4
HEADS = 4
GROUPS = 8


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions; the embedding scales and shifts the second's input."""

    def __init__(self, channels: int, embedding: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm2 = nn.GroupNorm(GROUPS, channels, affine=False)
        self.modulation = nn.Linear(embedding, 2 * channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        scale, shift = self.modulation(e)[:, :, None, None].chunk(2, 1)
        residual: Tensor = self.conv2(F.silu(self.norm2(h) * (1 + scale) + shift))
        return x + residual


class Attention(nn.Module):
    """Self-attention over all places of a map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        tokens = self.norm(x).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(tokens).view(batch, -1, 3, HEADS, channels // HEADS).unbind(2)
        mixed = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        )
        tokens = self.out(mixed.transpose(1, 2).reshape(batch, -1, channels))
        residual: Tensor = tokens.transpose(1, 2).view(batch, channels, height, width)
        return x + residual


class Stage(nn.Module):
    """Residual blocks at one resolution, the coarsest with attention after each."""

    def __init__(self, channels: int, embedding: int, depth: int, *, attend: bool) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(ResidualBlock(channels, embedding) for _ in range(depth))
        self.attention = nn.ModuleList(Attention(channels) for _ in range(depth if attend else 0))

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        for index, block in enumerate(self.blocks):
            x = block(x, e)
            if len(self.attention):
                x = self.attention[index](x)
        return x


class Refiner(nn.Module):
    """Noisy pictures (B, 3, H, W), times (B,) in [0, 1] and labels (B,) to raw outputs like the
    pictures. Label ``labels`` (one past the last) stands for "any". H and W are divisible by
    ``4 * 2 ** (len(channels) - 1)``.
    """

    def __init__(self, labels: int, channels: Sequence[int], depth: int, embedding: int) -> None:
        super().__init__()
        self.labels = labels
        self.arguments = {
            "labels": labels, "channels": list(channels), "depth": depth, "embedding": embedding
        }  # fmt: skip
        coarsest = len(channels) - 1
        self.label = nn.Embedding(labels + 1, embedding)
        self.time = nn.Sequential(
            nn.Linear(embedding, embedding), nn.SiLU(), nn.Linear(embedding, embedding)
        )
        self.from_patches = nn.Conv2d(3 * PATCH**2, channels[0], 3, padding=1)
        self.encoder = nn.ModuleList(
            Stage(c, embedding, max(1, depth - 1), attend=False) for c in channels[:-1]
        )
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in pairwise(channels)
        )
        self.middle = Stage(channels[coarsest], embedding, depth, attend=True)
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(channels))
        self.decoder = nn.ModuleList(
            Stage(c, embedding, depth, attend=False) for c in channels[:-1]
        )
        self.norm = nn.GroupNorm(GROUPS, channels[0])
        self.to_patches = nn.Conv2d(channels[0], 3 * PATCH**2, 3, padding=1)
        nn.init.normal_(self.label.weight, std=0.5)
        nn.init.zeros_(self.to_patches.weight)

    def forward(self, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
        e = F.silu(self.time(time_features(t, self.label.embedding_dim)) + self.label(label))
        h = self.from_patches(F.pixel_unshuffle(x, PATCH))
        skips = []
        for stage, down in zip(self.encoder, self.down, strict=True):
            h = stage(h, e)
            skips.append(h)
            h = down(h)
        h = self.middle(h, e)
        for up, stage, skip in zip(
            reversed(self.up), reversed(self.decoder), reversed(skips), strict=True
        ):
            h = stage(skip + F.interpolate(up(h), scale_factor=2), e)
        return F.pixel_shuffle(self.to_patches(F.silu(self.norm(h))), PATCH)


def time_features(t: Tensor, dimension: int) -> Tensor:
    """Sines and cosines (B, dimension) of times (B,) in [0, 1] (Vaswani et al. 2017)."""
    half = dimension // 2
    frequencies = torch.exp(torch.linspace(0, -math.log(1000), half, device=t.device))
    angles = 1000 * t[:, None].float() * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1).to(t.dtype)
