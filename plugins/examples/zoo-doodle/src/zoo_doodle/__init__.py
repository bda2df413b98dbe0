"""Doodles: a model, its trainer, and a command that draws what it learns from.

Lists of models import this file, so it imports no torch.
"""

from __future__ import annotations

from importlib.resources import files

import zoo

LABELS = (
    "Balloon", "Boat", "Cat", "Fish", "Flower", "House", "Mushroom", "Snail", "Sun", "Tree",
)  # fmt: skip
WEIGHTS = zoo.Weights(
    "package:zoo_doodle",
    "doodle.safetensors",
    105864,
    "64f90ab596c384550493b3c84a007dc3e61f9ed7503032cfb8eb650183681725",
)

CARD = zoo.Card(
    id="doodle.drawn",
    family="doodle",
    summary="Doodles of ten things, by an autoencoder that trains in a minute",
    factory="zoo_doodle.model:build",
    size=(128, 128),
    params=52480,
    licence="CC0-1.0",
    trained_on="Drawn doodles (CC0-1.0)",
    weights=(WEIGHTS,),
    labels=LABELS,
    options=(
        zoo.Option("thickness", "float", 1.0, "how thick the lines are", (0.5, 3.0)),
        zoo.Option("variety", "float", 0.9, "how far from the typical drawing", (0.0, 1.5)),
    ),
    can=frozenset({zoo.Can.LATENT, zoo.Can.LABEL, zoo.Can.TRAIN}),
)


@zoo.hookimpl
def zoo_models() -> list[zoo.Card]:
    """The model, with its bundled weights."""
    return [CARD]


@zoo.hookimpl
def zoo_trainers() -> list[zoo.Trainer]:
    """The same network, for ``zoo train doodle``."""
    recipe = files("zoo_doodle") / "doodle.toml"
    return [zoo.Trainer("doodle", "zoo_doodle.training:build", recipe)]


@zoo.hookimpl
def zoo_commands() -> list[zoo.Command]:
    """``zoo doodle-data``."""
    summary = "Draw pictures for zoo train doodle to learn from"
    return [zoo.Command("doodle-data", summary, "zoo_doodle.command:app")]
