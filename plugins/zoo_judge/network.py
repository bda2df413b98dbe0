"""The judges' network: a ResNet of timm's (He et al. 2016, arXiv:1512.03385; the ``t`` stems of
Wightman et al. 2021, arXiv:2110.00476) with fewer channels, for pictures of 64 pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torch import nn

from zoo.arguments import network_arguments
from zoo.errors import UsageError
from zoo.safetensor import VerifiedFile, load_state
from zoo.timm_import import import_timm

STAGES = 4
_ARCHITECTURE = re.compile(r"resnet\d+[a-z]*")


def classifier(labels: int, architecture: str, channels: Sequence[int]) -> nn.Module:
    """An untrained network for ``labels`` labels; ``channels`` of its four stages."""
    timm = import_timm()
    if not _ARCHITECTURE.fullmatch(architecture) or architecture not in timm.list_models():
        raise UsageError(
            f"architecture {architecture!r}: expected one of timm's resnets, such as resnet10t"
        )
    if len(channels) != STAGES:
        raise UsageError(f"{len(channels)} channel counts; expected one for each of four stages")
    network: nn.Module = timm.create_model(
        architecture, pretrained=False, num_classes=labels, channels=tuple(channels)
    )
    return network


def build(file: VerifiedFile) -> nn.Module:
    """The factory of the judges: the network's arguments lie in the file's metadata."""
    arguments = network_arguments(
        file, "judge", numbers=("labels",), lists=("channels",), texts=("architecture",)
    )
    return load_state(classifier(**arguments), file)
