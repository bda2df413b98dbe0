"""Loading judges, and what they say of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .boundary import held
from .errors import UnknownNameError, UsageError
from .factories import import_factory
from .judge import DEFAULT_JUDGE
from .origin import with_origin
from .plugins import plugin_manager
from .pretrained import load_pretrained

TIMM = "timm:"


class JudgeNetwork(Protocol):
    """What a judge's factory returns: a module with timm's two halves of a classifier."""

    num_features: int

    def forward_features(self, x: Tensor) -> Tensor: ...

    def forward_head(self, x: Tensor, pre_logits: bool = False) -> Tensor: ...


@dataclass(frozen=True)
class LoadedJudge:
    """A judge at work. ``revision`` pins its weights; ``labels`` is empty for mere features.

    ``mean`` and ``std`` (3,) are subtracted from and divide pictures in [0, 1].
    """

    name: str
    revision: str
    labels: tuple[str, ...]
    size: int
    network: Any
    mean: Tensor
    std: Tensor

    @property
    def dim(self) -> int:
        """How many features a picture has."""
        return int(self.network.num_features)

    def features(self, pictures: Tensor) -> Tensor:
        """Features (B, dim), float32, of pictures (B, 3, H, W) in [-1, 1].

        Other sizes are brought to ``size`` by antialiased bilinear interpolation. Differentiable.
        """
        return self._head(pictures, pre_logits=True)

    def logits(self, pictures: Tensor) -> Tensor:
        """Logits (B, labels) of pictures (B, 3, H, W) in [-1, 1]; UsageError without labels."""
        if not self.labels:
            raise UsageError(f"{self.name} gives features only; for labels take a judge of Zoo")
        return self._head(pictures, pre_logits=False)

    def look(self, pictures: Tensor) -> tuple[Tensor, Tensor | None]:
        """Features and, where there are labels, logits of pictures (B, 3, H, W) in [-1, 1], at the
        price of one."""
        inner = self.network.forward_features(self._seen(pictures))
        features: Tensor = self.network.forward_head(inner, pre_logits=True)
        return features, self.network.forward_head(inner) if self.labels else None

    def maps(self, pictures: Tensor, last: int = 4) -> list[Tensor]:
        """The ``last`` feature maps (B, channels, height, width), from fine to coarse, of pictures
        (B, 3, H, W) in [-1, 1]. Differentiable. UsageError where the network offers none."""
        if not hasattr(self.network, "forward_intermediates"):
            raise UsageError(f"judge {self.name!r} shows no feature maps; take one of Zoo or timm")
        maps: list[Tensor] = self.network.forward_intermediates(
            self._seen(pictures), indices=last, intermediates_only=True
        )
        return maps

    def _head(self, pictures: Tensor, *, pre_logits: bool) -> Tensor:
        out: Tensor = self.network.forward_head(
            self.network.forward_features(self._seen(pictures)), pre_logits=pre_logits
        )
        return out

    def _seen(self, pictures: Tensor) -> Tensor:
        """Pictures as the network was trained to see them."""
        x = (pictures.float() + 1) / 2
        if x.shape[-2:] != (self.size, self.size):
            x = F.interpolate(
                x, (self.size, self.size), mode="bilinear", antialias=True, align_corners=False
            )
        x = (x - self.mean.to(x.device)) / self.std.to(x.device)
        return x.contiguous(memory_format=torch.channels_last)


def load_judge(name: str = DEFAULT_JUDGE, *, device: str | torch.device = "cpu") -> LoadedJudge:
    """Load a registered judge, or ``timm:NAME[/SIDE][@REVISION]`` with its pretrained weights from
    the Hub (:mod:`zoo.pretrained`); its ``revision`` is then the Hub's commit.

    Raises UnknownNameError, UsageError, WeightsError, MissingExtraError.
    """
    if name.startswith(TIMM):
        return _pretrained(name, torch.device(device))
    manager = plugin_manager()
    judges = manager.judges()
    if name not in judges:
        hint = f"(or {TIMM}NAME, a timm model{manager.failed()})"
        raise UnknownNameError("judge", name, judges, hint)
    judge = judges[name]
    file = judge.weights.read()
    who = with_origin(f"the judge {name}", "zoo_judges", name)
    build = import_factory(judge.factory, who)
    with held(who, builds=True):
        network: nn.Module = build(file)
    half = torch.full((3, 1, 1), 0.5, device=device)
    return LoadedJudge(
        name, file.sha256[:12], judge.labels, judge.size, _frozen(network, device), half, half
    )


def _pretrained(name: str, device: torch.device) -> LoadedJudge:
    """A timm model by name, for its features."""
    found = load_pretrained(name.removeprefix(TIMM))
    mean, std = (torch.tensor(x, device=device).view(3, 1, 1) for x in (found.mean, found.std))
    return LoadedJudge(
        name.partition("@")[0],
        found.commit,
        (),
        found.side,
        _frozen(found.network, device),
        mean,
        std,
    )


def _frozen(network: nn.Module, device: str | torch.device) -> nn.Module:
    return network.to(device).eval().requires_grad_(False)
