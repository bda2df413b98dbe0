"""The networks of ``stylegan-lite``: a style-modulated generator and a projection discriminator.

Both work on 2x2 patches of the picture (pixel-unshuffle), so the widest feature maps are
32x32 for a 64x64 picture: this is what makes training on two CPU cores possible.

Sources: the mapping network, W space and truncation are StyleGAN's (Karras et al. 2019,
arXiv:1812.04948); batch norms modulated by the condition are BigGAN's (Brock et al. 2019,
arXiv:1809.11096); the discriminator is StyleGAN2's residual one (Karras et al. 2020,
arXiv:1912.04958) with a label projection (Miyato & Koyama 2018, arXiv:1802.05637).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 2
BASE = 4  # side of the first feature map
GROUP = 4  # pictures that the discriminator compares with each other

_Layer = TypeVar("_Layer", nn.Conv2d, nn.Linear)


class ModulatedNorm(nn.Module):
    """Batch norm without weights of its own; the style sets each channel's scale and shift."""

    def __init__(self, channels: int, w_dim: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False, momentum=0.02)
        self.style = nn.Linear(w_dim, 2 * channels)
        nn.init.normal_(self.style.weight, std=0.02)
        nn.init.zeros_(self.style.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale, shift = self.style(w)[:, :, None, None].chunk(2, 1)
        return F.relu(self.norm(x) * (1 + scale) + shift)


class GeneratorBlock(nn.Module):
    """Residual block that doubles the side. The first convolution runs before the upsampling."""

    def __init__(self, channels_in: int, channels_out: int, w_dim: int) -> None:
        super().__init__()
        self.norm1 = ModulatedNorm(channels_in, w_dim)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm2 = ModulatedNorm(channels_out, w_dim)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.skip = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        h = F.interpolate(self.conv1(self.norm1(x, w)), scale_factor=2)
        skip: Tensor = F.interpolate(self.skip(x), scale_factor=2)
        residual: Tensor = self.conv2(self.norm2(h, w))
        return skip + residual


class Generator(nn.Module):
    """``z`` (B, z_dim) and labels (B,) to pictures (B, 3, 64, 64) in [-1, 1].

    ``w_mean`` (labels, w_dim) is the mean style of each label; truncation pulls towards it.
    """

    w_mean: Tensor

    def __init__(self, labels: int, z_dim: int, w_dim: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.z_dim = z_dim
        self.embed = nn.Embedding(labels, z_dim)
        self.mapping = nn.Sequential(
            nn.Linear(2 * z_dim, w_dim), nn.LeakyReLU(0.2),
            nn.Linear(w_dim, w_dim), nn.LeakyReLU(0.2),
            nn.Linear(w_dim, w_dim),
        )  # fmt: skip
        self.stem = nn.Linear(w_dim, channels[0] * BASE * BASE)
        self.blocks = nn.ModuleList(GeneratorBlock(a, b, w_dim) for a, b in pairwise(channels))
        self.norm = ModulatedNorm(channels[-1], w_dim)
        self.to_patches = nn.Conv2d(channels[-1], 3 * PATCH * PATCH, 3, padding=1)
        self.register_buffer("w_mean", torch.zeros(labels, w_dim))

    def style(self, z: Tensor, label: Tensor) -> Tensor:
        """The style ``w`` (B, w_dim) of a latent and a label."""
        z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        w: Tensor = self.mapping(torch.cat([z, self.embed(label)], 1))
        return w

    def synthesize(self, w: Tensor) -> Tensor:
        """Pictures (B, 3, 64, 64) in [-1, 1] of styles (B, w_dim)."""
        h = self.stem(w).view(len(w), -1, BASE, BASE)
        h = h.contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            h = block(h, w)
        return torch.tanh(F.pixel_shuffle(self.to_patches(self.norm(h, w)), PATCH))

    def forward(self, z: Tensor, label: Tensor, truncation: float = 1.0) -> Tensor:
        w = self.style(z, label)
        if truncation != 1.0:
            w = torch.lerp(self.w_mean[label], w, truncation)
        return self.synthesize(w)


class DiscriminatorBlock(nn.Module):
    """Residual block that halves the side; the pooling runs before the second convolution."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = _he(nn.Conv2d(channels_in, channels_in, 3, padding=1))
        self.conv2 = _he(nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.skip = _he(nn.Conv2d(channels_in, channels_out, 1, bias=False), gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        h = F.leaky_relu(self.conv1(x), 0.2)
        h = F.leaky_relu(self.conv2(F.avg_pool2d(h, 2)), 0.2)
        total: Tensor = (h + self.skip(F.avg_pool2d(x, 2))) * 2**-0.5
        return total


class Discriminator(nn.Module):
    """Pictures (B, 3, 64, 64) in [-1, 1] and labels (B,) to logits (B,); higher means more real."""

    def __init__(self, labels: int, channels: Sequence[int]) -> None:
        super().__init__()
        width = channels[-1]
        self.from_patches = _he(nn.Conv2d(3 * PATCH * PATCH, channels[0], 3, padding=1))
        self.blocks = nn.ModuleList(DiscriminatorBlock(a, b) for a, b in pairwise(channels))
        self.conv = _he(nn.Conv2d(width + 1, width, 3, padding=1))
        self.features = _he(nn.Linear(width * BASE * BASE, width))
        self.linear = _he(nn.Linear(width, 1), gain=1.0)
        self.embed = nn.Embedding(labels, width)
        nn.init.normal_(self.embed.weight, std=width**-0.5)

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        h = F.leaky_relu(self.from_patches(F.pixel_unshuffle(x, PATCH)), 0.2)
        for block in self.blocks:
            h = block(h)
        h = torch.cat([h, batch_deviation(h)], 1)
        h = F.leaky_relu(self.conv(h), 0.2)
        h = F.leaky_relu(self.features(h.flatten(1)), 0.2)
        logits: Tensor = self.linear(h).squeeze(1) + (h * self.embed(label)).sum(1)
        return logits


def batch_deviation(h: Tensor, group: int = GROUP) -> Tensor:
    """One channel (B, 1, H, W): how much pictures of a group differ (Karras et al. 2018).

    Pictures ``i``, ``i + B / group``, … form a group; ``B`` is divisible by ``group``.
    """
    batch, _, height, width = h.shape
    groups = h.reshape(group, batch // group, *h.shape[1:])
    deviation = (groups.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
    return deviation.repeat(group)[:, None, None, None].expand(batch, 1, height, width)


def _he(layer: _Layer, gain: float = 2.0**0.5) -> _Layer:
    """He's initialisation."""
    fan_in = layer.weight[0].numel()
    nn.init.normal_(layer.weight, std=gain * fan_in**-0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
