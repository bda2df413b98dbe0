"""Trainers: what ``zoo train`` needs to know of a network, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from zoo.errors import PluginError
from zoo.factories import import_factory

if TYPE_CHECKING:
    from .trainable import Trainable


@dataclass(frozen=True)
class Trainer:
    """``factory`` is ``module:function``; ``recipe`` the default recipe, a TOML file."""

    name: str
    factory: str
    recipe: Traversable

    def __post_init__(self) -> None:
        if not self.name or ":" not in self.factory:
            raise PluginError(
                f"trainer {self.name!r}: factory {self.factory!r} must be module:function"
            )

    def build(self, labels: int, size: int, model: dict[str, Any]) -> Trainable:
        """The networks for ``labels`` labels (1 where there are none), pictures of ``size`` pixels
        a side, and a recipe's ``[model]`` table."""
        build = import_factory(self.factory, f"the trainer {self.name}")
        trainable: Trainable = build(labels, size, model)
        return trainable
