"""Start or go on with a training run, and export what it made."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from zoo.errors import UnknownNameError, UsageError

from .loop import Run
from .recipe import Recipe, load_recipe
from .shards import load_shards
from .trainer import Trainer


def find_recipe(name: str, trainers: dict[str, Trainer]) -> tuple[Trainer, Recipe]:
    """The trainer and recipe of a registered trainer's name, or of a path to a TOML file."""
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise UsageError(f"there is no recipe {path}")
        recipe = load_recipe(path)
    elif name in trainers:
        recipe = load_recipe(trainers[name].recipe)
    else:
        hint = "(a trainer's name, or a path to a .toml recipe)"
        raise UnknownNameError("recipe", name, trainers, hint)
    if recipe.trainer not in trainers:
        raise UnknownNameError("trainer", recipe.trainer, trainers, f"(in {name})")
    return trainers[recipe.trainer], recipe


def start(
    trainer: Trainer,
    recipe: Recipe,
    *,
    data: Path,
    out: Path,
    device: torch.device,
    resume: bool = False,
) -> Run:
    """A run that is ready to train: data loaded, weights drawn from the recipe's seed or resumed.

    Raises UsageError where ``out`` holds a run and ``resume`` is False, so that nothing is lost.
    """
    if not resume and out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; go on with --resume, or choose another --out")
    pictures = load_shards(data)
    # torch initialises layers from its global generator: this is the one place that seeds it.
    torch.manual_seed(recipe.seed)
    trainable = trainer.build(len(pictures.names), recipe.model)
    run = Run(recipe, trainable, pictures, out, device)
    if resume:
        run.resume()
    return run


def overridden(recipe: Recipe, *, batch: int | None, seed: int | None) -> Recipe:
    """The recipe with what the command line changes."""
    if batch is not None and (batch < 4 or batch % 4 or batch % recipe.group):
        raise UsageError(f"--batch is {batch}; expected a multiple of 4 and of {recipe.group}")
    return dataclasses.replace(
        recipe,
        batch=recipe.batch if batch is None else batch,
        seed=recipe.seed if seed is None else seed,
    )
