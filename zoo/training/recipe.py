"""Recipes: small TOML files that say how a model is trained."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any

from zoo.errors import UsageError, nearest


@dataclass(frozen=True)
class Recipe:
    """How to train: ``[train]`` is read here, ``[model]`` belongs to the trainer."""

    trainer: str
    """Name of a registered trainer, such as ``stylegan-lite``."""
    model: dict[str, Any]
    """The trainer's own table."""
    batch: int = 64
    """Pictures a step, on all processes together."""
    group: int = 1
    """Pictures of one label that are drawn together: number ``i`` of a batch has the label of
    ``i + batch / group``, so that what differs within a label can be compared. 1: every picture
    comes once an epoch, in a new order each time."""
    flip: bool = True
    """Mirror half of the pictures."""
    optimizer: str = "adam"
    """sgd, adam, adamw or rmsprop."""
    momentum: float = 0.9
    """Of sgd and rmsprop."""
    beta1: float = 0.9
    beta2: float = 0.99
    """Adam's decay rates; ``beta2`` is rmsprop's as well."""
    weight_decay: float = 0.0
    """Of weights with two dimensions or more: not of biases, norms and other vectors."""
    warmup: int = 0
    """Images over which the learning rates rise from 0."""
    schedule: str = "linear"
    """How they fall at the end: linear or cosine."""
    decay_from: float = 0.6
    """Fraction of the run after which they fall."""
    decay_to: float = 0.05
    """Last learning rate as a fraction of the first."""
    clip: float = 0.0
    """Largest norm of a phase's gradient; 0 does not clip."""
    ema_half_life: float = 10_000
    """Half-life of the averaged weights, in images."""
    bf16: bool = False
    """Compute losses in bfloat16 where torch's autocast does so (weights stay float32)."""
    channels_last: bool = True
    """Lay pictures and convolutions out with their channels last."""
    compile: bool = False
    """``torch.compile`` the networks."""
    held_out_every: int = 20_000
    """Images between evaluations on held-out pictures; 0 for never."""
    held_out: int = 512
    """Held-out pictures of an evaluation, at most."""
    seed: int = 0

    def __post_init__(self) -> None:
        checks = {
            "batch": self.batch >= 1,
            "group": self.group >= 1 and self.batch % self.group == 0,
            "optimizer": self.optimizer in OPTIMIZERS,
            "momentum": 0 <= self.momentum < 1,
            "beta1": 0 <= self.beta1 < 1,
            "beta2": 0 <= self.beta2 < 1,
            "weight_decay": self.weight_decay >= 0,
            "warmup": self.warmup >= 0,
            "schedule": self.schedule in SCHEDULES,
            "decay_from": 0 <= self.decay_from <= 1,
            "decay_to": 0 <= self.decay_to <= 1,
            "clip": self.clip >= 0,
            "ema_half_life": self.ema_half_life > 0,
            "held_out_every": self.held_out_every >= 0,
            "held_out": self.held_out >= 1,
            "seed": 0 <= self.seed < 2**63,
        }
        for name, fits in checks.items():
            if not fits:
                raise UsageError(f"{name} is {getattr(self, name)!r}; expected {_EXPECTED[name]}")


OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop")
SCHEDULES = ("linear", "cosine")
_FRACTION, _NOT_NEGATIVE, _RATE = "from 0 to 1", "0 or more", "from 0 to below 1"
_EXPECTED = {
    "batch": "1 or more",
    "group": "a divisor of batch",
    "optimizer": "one of " + ", ".join(OPTIMIZERS),
    "momentum": _RATE,
    "beta1": _RATE,
    "beta2": _RATE,
    "weight_decay": _NOT_NEGATIVE,
    "warmup": _NOT_NEGATIVE,
    "schedule": "linear or cosine",
    "decay_from": _FRACTION,
    "decay_to": _FRACTION,
    "clip": _NOT_NEGATIVE,
    "ema_half_life": "more than 0",
    "held_out_every": _NOT_NEGATIVE,
    "held_out": "1 or more",
    "seed": "from 0 to 2^63 - 1",
}
TRAIN = {f.name: f.default for f in fields(Recipe) if f.name not in ("trainer", "model")}
"""The fields of ``[train]`` and their defaults."""


def load_recipe(path: Traversable) -> Recipe:
    """Read and check a recipe; a misspelt key or a value of another type is a UsageError."""
    try:
        return parse_recipe(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the recipe {path}: {error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def parse_recipe(text: str) -> Recipe:
    """The recipe of a TOML text. Raises UsageError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is no recipe in TOML: {error}") from error
    extra = set(table) - {"trainer", "model", "train"}
    train, model = table.get("train", {}), table.get("model", {})
    if extra or not isinstance(train, dict) or not isinstance(model, dict):
        raise UsageError(f"expected trainer, [model] and [train]; got {', '.join(sorted(table))}")
    if not isinstance(table.get("trainer"), str):
        raise UsageError('the recipe names no trainer, as in: trainer = "stylegan-lite"')
    checked = {key: check_value(key, value, TRAIN, "[train]") for key, value in train.items()}
    return Recipe(trainer=table["trainer"], model=model, **checked)


def check_value(key: str, value: Any, known: Mapping[str, Any], table: str) -> Any:
    """``value`` in the type that ``known[key]`` has; UsageError where it or the key does not fit.

    Whole numbers serve as fractions; lists are compared item by item with the known first.
    """
    if key not in known:
        near = nearest(key, known)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
        raise UsageError(f"unknown key {key!r} in {table}; {hint}")
    wanted = known[key]
    if isinstance(wanted, float) and type(value) is int:
        return float(value)
    if isinstance(wanted, list) and isinstance(value, list) and wanted:
        return [check_value(key, item, {key: wanted[0]}, table) for item in value]
    if type(value) is not type(wanted):
        expected = {int: "a whole number", float: "a number", bool: "true or false", str: "text",
                    list: "a list"}.get(type(wanted), type(wanted).__name__)  # fmt: skip
        raise UsageError(f"{key} is {value!r}; expected {expected}, such as {wanted!r}")
    return value
