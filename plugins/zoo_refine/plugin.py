"""What ``zoo_refine`` registers. Imports no torch."""

from __future__ import annotations

from importlib.resources import files

from zoo.card import Card
from zoo.hookspecs import hookimpl
from zoo.training.trainer import Trainer

from .card import CARDS


@hookimpl
def zoo_models() -> list[Card]:
    return list(CARDS)


@hookimpl
def zoo_trainers() -> list[Trainer]:
    recipes = files("zoo_refine") / "recipes"
    return [
        Trainer("refine-lite", "zoo_refine.training:build", recipes / "refine-lite.toml"),
        Trainer("refine-turbo", "zoo_refine.turbo_training:build", recipes / "refine-turbo.toml"),
    ]
