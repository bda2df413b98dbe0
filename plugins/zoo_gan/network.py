"""The generator of ``stylegan-lite``: styles that modulate batch norms.

It makes 2x2 patches of the picture (pixel-shuffle), so the widest feature maps are 32x32 for a
64x64 picture: this is what makes training on two CPU cores possible.

Sources: the mapping network, W space and truncation are StyleGAN's (Karras et al. 2019,
arXiv:1812.04948); batch norms modulated by the condition are BigGAN's (Brock et al. 2019,
arXiv:1809.11096).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 2
BASE = 4  # side of the first feature map


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
