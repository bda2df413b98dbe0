"""What ``zoo_vae`` registers. Imports no torch."""

from __future__ import annotations

from importlib.resources import files

from zoo.card import Card
from zoo.hookspecs import hookimpl
from zoo.training.trainer import Trainer

from .card import FRUITS


@hookimpl
def zoo_models() -> list[Card]:
    return [FRUITS]


@hookimpl
def zoo_trainers() -> list[Trainer]:
    recipe = files("zoo_vae") / "recipes" / "vae-lite.toml"
    return [Trainer("vae-lite", "zoo_vae.training:build", recipe)]
