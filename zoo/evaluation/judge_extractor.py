"""Judges, and timm's models, as extractors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoo.judging import load_judge

from .extractor import Extractor

if TYPE_CHECKING:
    import torch


def load_judge_extractor(name: str, device: torch.device) -> Extractor:
    """A judge by name, or ``timm:NAME[@REVISION]``; raises what :func:`load_judge` raises."""
    judge = load_judge(name, device=device)
    return Extractor(
        judge.name, judge.revision, judge.labels, judge.size, "bilinear", judge.look, device
    )
