"""A discriminator on the features of a frozen judge (Sauer et al. 2021, Projected GANs,
arXiv:2111.01007): a network that already sees what pictures are made of lets a discriminator learn
from far fewer of them. One small head looks at each feature map, with a label projection (Miyato &
Koyama 2018, arXiv:1802.05637) and spectral norms (Miyato et al. 2018, arXiv:1802.05957).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from zoo.judging import load_judge

LARGEST = 4  # places a side, of which each gets a logit


class ProjectedDiscriminator(nn.Module):
    """Pictures (B, 3, S, S) in [-1, 1] and labels (B,) to logits (B, places); higher means more
    real. Only ``heads`` learn. Their spectral norms take a step with each call in training mode.
    """

    def __init__(self, labels: int, size: int, *, judge: str, width: int) -> None:
        super().__init__()
        self.judge = load_judge(judge)
        self.frozen = self.judge.network  # registered, so that it moves along with the heads
        shapes = [m.shape for m in self.judge.maps(torch.zeros(1, 3, size, size))]
        self.heads = nn.ModuleList(Head(s[1], s[2], width, labels) for s in shapes)

    def train(self, mode: bool = True) -> ProjectedDiscriminator:
        super().train(mode)
        self.frozen.eval()
        return self

    def forward(self, pictures: Tensor, label: Tensor) -> Tensor:
        return self.weigh(self.judge.maps(pictures), label)

    def weigh(self, maps: Sequence[Tensor], label: Tensor) -> Tensor:
        """The logits of pictures whose feature maps ``judge.maps`` gave."""
        logits = [head(m, label) for head, m in zip(self.heads, maps, strict=True)]
        return torch.cat(logits, 1)


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss (Lim & Ye 2017, arXiv:1705.02894); the generator's is ``-fake``."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


class Head(nn.Module):
    """Logits (B, places) of one feature map (B, channels, side, side), at 4x4 places or fewer."""

    def __init__(self, channels: int, side: int, width: int, labels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2)]
        while side > LARGEST:
            layers += [spectral_norm(nn.Conv2d(width, width, 4, 2, 1)), nn.LeakyReLU(0.2)]
            side = side // 2
        layers += [spectral_norm(nn.Conv2d(width, width, 3, padding=1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.linear = spectral_norm(nn.Conv2d(width, 1, 1))
        self.embed = nn.Embedding(labels, width)
        nn.init.normal_(self.embed.weight, std=width**-0.5)

    def forward(self, features: Tensor, label: Tensor) -> Tensor:
        h = self.layers(features)
        projected = (h * self.embed(label)[:, :, None, None]).sum(1)
        logits: Tensor = (self.linear(h).squeeze(1) + projected).flatten(1)
        return logits
