"""TAESD: encoder and decoder, each a row of residual blocks between changes of size.

The architecture is that of madebyollin/taesd (MIT), the names of the weights are those of the file
that diffusers writes of it. Pictures lie in [0, 1] inside; latents have an eighth of the side.
"""

from __future__ import annotations

from torch import Tensor, nn

LATENT_RANGE = 3.0
"""Latents lie softly within plus and minus this."""


class Block(nn.Module):
    """Three 3x3 convolutions beside the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            conv(width, width), nn.ReLU(), conv(width, width), nn.ReLU(), conv(width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(x)
        return (out + x).relu()


class Encoder(nn.Module):
    """Pictures (B, 3, H, W) in [0, 1] to latents (B, channels, H/8, W/8)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            conv(3, width), Block(width),
            *halved(width), *halved(width), *halved(width),
            conv(width, channels),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        latents: Tensor = self.layers(pictures)
        return latents


class Decoder(nn.Module):
    """Latents (B, channels, H/8, W/8) to pictures (B, 3, H, W), near [0, 1], not clamped."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            conv(channels, width), nn.ReLU(),
            *doubled(width), *doubled(width), *doubled(width),
            Block(width), conv(width, 3),
        )  # fmt: skip

    def forward(self, latents: Tensor) -> Tensor:
        soft = (latents / LATENT_RANGE).tanh() * LATENT_RANGE
        pictures: Tensor = self.layers(soft)
        return pictures


class Taesd(nn.Module):
    """Both; pictures are in [-1, 1], as everywhere in Zoo."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.channels = channels
        self.encoder = Encoder(channels, width)
        self.decoder = Decoder(channels, width)

    def encode(self, pictures: Tensor) -> Tensor:
        latents: Tensor = self.encoder((pictures + 1) / 2)
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        pictures: Tensor = self.decoder(latents)
        return pictures * 2 - 1


def conv(into: int, out: int, stride: int = 1, *, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(into, out, 3, stride, padding=1, bias=bias)


def halved(width: int) -> list[nn.Module]:
    """To half the side, then three blocks."""
    return [conv(width, width, 2, bias=False), *(Block(width) for _ in range(3))]


def doubled(width: int) -> list[nn.Module]:
    """Three blocks, then to twice the side."""
    blocks = [Block(width) for _ in range(3)]
    return [*blocks, nn.Upsample(scale_factor=2), conv(width, width, bias=False)]
