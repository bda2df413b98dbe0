"""Recipes: small TOML files that say how a model is trained."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any

from zoo.errors import UsageError


@dataclass(frozen=True)
class Recipe:
    """How to train: ``[train]`` is read here, ``[model]`` belongs to the trainer."""

    trainer: str
    """Name of a registered trainer, such as ``stylegan-lite``."""
    model: dict[str, Any]
    """The trainer's own table."""
    batch: int = 64
    """Pictures a step."""
    group: int = 1
    """Pictures of one label that are drawn together: number ``i`` of a batch has the label of
    ``i + batch / group``, so that what differs within a label can be compared."""
    flip: bool = True
    """Mirror half of the pictures."""
    beta1: float = 0.0
    beta2: float = 0.99
    """Adam's decay rates."""
    decay_from: float = 0.6
    """Fraction of the run after which the learning rates fall linearly."""
    decay_to: float = 0.05
    """Last learning rate as a fraction of the first."""
    ema_half_life: float = 10_000
    """Half-life of the averaged weights, in images."""
    seed: int = 0


def load_recipe(path: Traversable) -> Recipe:
    """Read and check a recipe; a misspelt key is an error."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"cannot read the recipe {path}: {error}") from error
    extra = set(table) - {"trainer", "model", "train"}
    train, model = table.get("train", {}), table.get("model", {})
    if extra or not isinstance(train, dict) or not isinstance(model, dict):
        raise UsageError(f"{path}: expected trainer, [model] and [train]; got {sorted(table)}")
    if not isinstance(table.get("trainer"), str):
        raise UsageError(f'{path}: the recipe names no trainer, as in: trainer = "stylegan-lite"')
    known = {f.name: f for f in fields(Recipe) if f.name not in ("trainer", "model")}
    for key, value in train.items():
        if key not in known:
            raise UsageError(f"{path}: unknown key {key!r} in [train]; known: {', '.join(known)}")
        if type(value) is not type(known[key].default) and not (
            isinstance(known[key].default, float) and type(value) is int
        ):
            kind = type(known[key].default).__name__
            raise UsageError(f"{path}: {key} is {value!r}, expected {kind}")
    return Recipe(trainer=table["trainer"], model=model, **train)
