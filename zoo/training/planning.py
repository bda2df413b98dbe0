"""Finding a recipe and its trainer by name. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from zoo.errors import UnknownNameError, UsageError
from zoo.plugins import plugin_manager

from .overrides import override
from .recipe import Recipe, load_recipe
from .trainer import Trainer


def find_recipe(name: str, trainers: Mapping[str, Trainer]) -> tuple[Trainer, Recipe]:
    """The trainer and recipe of a registered trainer's name, or of a path to a TOML file."""
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise UsageError(f"there is no recipe {path}")
        recipe = load_recipe(path)
    elif name in trainers:
        recipe = load_recipe(trainers[name].recipe)
    else:
        hint = f"(a trainer's name, or a path to a .toml recipe{plugin_manager().failed()})"
        raise UnknownNameError("recipe", name, trainers, hint)
    return find_trainer(recipe, trainers, name), recipe


def find_trainer(recipe: Recipe, trainers: Mapping[str, Trainer], where: str) -> Trainer:
    """The trainer that a recipe names. Raises UnknownNameError."""
    if recipe.trainer not in trainers:
        hint = f"(in {where}{plugin_manager().failed()})"
        raise UnknownNameError("trainer", recipe.trainer, trainers, hint)
    return trainers[recipe.trainer]


def plan(
    name: str, settings: Iterable[str], trainers: Mapping[str, Trainer]
) -> tuple[Trainer, Recipe]:
    """The trainer and the recipe of a name, with ``KEY=VALUE`` settings applied."""
    trainer, recipe = find_recipe(name, trainers)
    return trainer, override(recipe, settings, load_recipe(trainer.recipe).model)
