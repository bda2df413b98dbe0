"""A plugin-based zoo of image generators in which no picture leaves unmarked.

Everything here is imported on first use: ``import zoo`` imports neither torch nor c2pa.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .card import Can, Card
    from .catalogue import find_card, list_models
    from .command import Command
    from .comparing import compare
    from .evaluating import evaluate
    from .generation import Model, Picture
    from .generator import FromLatent, Generator, LatentGenerator, Step
    from .hookspecs import hookimpl
    from .loading import load
    from .measure import Measure, Need
    from .option import Option
    from .replaying import replay
    from .report import write_report
    from .request import Request
    from .reward import Reward
    from .scheme import Known, Scheme
    from .training.trainer import Trainer
    from .verifying import verify, verify_many
    from .weights import Weights

__all__ = [
    "Can",
    "Card",
    "Command",
    "FromLatent",
    "Generator",
    "Known",
    "LatentGenerator",
    "Measure",
    "Model",
    "Need",
    "Option",
    "Picture",
    "Request",
    "Reward",
    "Scheme",
    "Step",
    "Trainer",
    "Weights",
    "compare",
    "evaluate",
    "find_card",
    "hookimpl",
    "list_models",
    "load",
    "replay",
    "verify",
    "verify_many",
    "write_report",
]

_HOME = {
    "Can": "card",
    "Card": "card",
    "Command": "command",
    "FromLatent": "generator",
    "Generator": "generator",
    "Known": "scheme",
    "LatentGenerator": "generator",
    "Measure": "measure",
    "Model": "generation",
    "Need": "measure",
    "Option": "option",
    "Picture": "generation",
    "Request": "request",
    "Reward": "reward",
    "Scheme": "scheme",
    "Step": "generator",
    "Trainer": "training.trainer",
    "Weights": "weights",
    "compare": "comparing",
    "evaluate": "evaluating",
    "find_card": "catalogue",
    "hookimpl": "hookspecs",
    "list_models": "catalogue",
    "load": "loading",
    "replay": "replaying",
    "verify": "verifying",
    "write_report": "report",
    "verify_many": "verifying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'zoo' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
