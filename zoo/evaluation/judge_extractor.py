"""Judges, and timm's models, as extractors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from zoo.errors import UnknownNameError
from zoo.judging import TIMM, load_judge
from zoo.plugins import plugin_manager

from .extractor import Extractor

if TYPE_CHECKING:
    import torch


def load_judge_extractor(name: str, device: torch.device) -> Extractor:
    """A judge by name, or ``timm:NAME[/SIDE][@REVISION]``; raises what :func:`load_judge` does.

    Pictures are scaled as the network's own were: bicubic is what timm's were trained with.
    """
    manager = plugin_manager()
    judges = manager.judges()
    if not name.startswith(TIMM) and name not in judges:
        known = ", ".join(judges)
        raise UnknownNameError(
            "features", name, [*judges, "fid"],
            f"(there are: {known}; fid, first as fid:FILE; timm:NAME[/SIDE], any network of timm"
            f"{manager.failed()})",
        )  # fmt: skip
    judge = load_judge(name, device=device)
    kernel: Literal["bilinear", "bicubic"] = "bicubic" if name.startswith(TIMM) else "bilinear"
    return Extractor(
        judge.name, judge.revision, judge.labels, judge.size, kernel, judge.look, device
    )
