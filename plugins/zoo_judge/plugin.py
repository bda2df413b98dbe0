"""What ``zoo_judge`` registers. Imports no torch."""

from __future__ import annotations

from importlib.resources import files

from zoo.hookspecs import hookimpl
from zoo.judge import Judge
from zoo.training.trainer import Trainer

from .judges import EUROSAT, FRUITS


@hookimpl
def zoo_judges() -> list[Judge]:
    return [FRUITS, EUROSAT]


@hookimpl
def zoo_trainers() -> list[Trainer]:
    recipe = files("zoo_judge") / "recipes" / "judge.toml"
    return [Trainer("judge", "zoo_judge.training:build", recipe)]
