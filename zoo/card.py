"""Cards: what a model is, known without loading it and without torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from .errors import PluginError, UnknownNameError, UsageError
from .option import Option
from .weights import Weights

_ID = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9._-]*")
_REFERENCE = re.compile(r"[a-z][a-z0-9-]+:[^\s\\]+")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_FAMILY = re.compile(r"[a-z][a-z0-9-]*")


class Can(StrEnum):
    """What a model is able to do beyond making a picture."""

    LATENT = "latent"
    """It is a :class:`zoo.generator.LatentGenerator`."""
    LABEL = "label"
    PROMPT = "prompt"
    """It draws what words say, and needs them."""
    STEPS = "steps"
    """It yields previews before the picture."""
    ENCODE = "encode"
    DIRECTIONS = "directions"
    TRAIN = "train"
    IMAGE_INPUT = "image-input"
    """It can begin with a picture."""


@dataclass(frozen=True)
class Card:
    """What a model is. Raises PluginError where a field does not fit.

    ``id`` is ``architecture.tag``; the bare architecture is an alias of its first registered tag.
    That of a model by reference is what its :class:`zoo.scheme.Scheme` finds it by again, with the
    commit: ``diffusers:OWNER/NAME@COMMIT``. ``factory`` is ``module:function``, imported on first
    use and called as ``factory(files, device, dtype)`` with one :class:`zoo.weights.VerifiedFile`
    for each of ``weights``, in order. ``size`` is the native (height, width) in pixels.
    ``trained_on`` names the data and its licence, ``trained_with`` the judges whose features or
    labels had a part in its loss: what they say of its pictures is no independent witness. Where
    ``size_step`` is not 0, the model makes pictures of other sizes, too: any whose sides are
    multiples of so many pixels.
    """

    id: str
    family: str
    summary: str
    factory: str
    size: tuple[int, int]
    params: int
    licence: str
    trained_on: str
    weights: tuple[Weights, ...] = ()
    labels: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    can: frozenset[Can] = frozenset()
    replay: Literal["bitwise", "close", "none"] = "close"
    trained_with: tuple[str, ...] = ()
    size_step: int = 0

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise PluginError(f"card {self.id!r}: {problem}")

    @property
    def architecture(self) -> str:
        """The part of the id before the first dot; all of it for a model by reference."""
        return self.id if self.by_reference else self.id.split(".", 1)[0]

    @property
    def by_reference(self) -> bool:
        """Whether a scheme found it, so that no plugin has registered it."""
        return ":" in self.id

    @property
    def stem(self) -> str:
        """The id as the beginning of a file's name; of a commit, its first eight digits."""
        return re.sub(
            r"[^A-Za-z0-9._-]+", "-", re.sub(r"(@[0-9a-f]{8})[0-9a-f]{32}$", r"\1", self.id)
        )

    def check_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option with its checked or default value; UsageError where one does not fit."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                hint = f"({self.id} has: {', '.join(known) or 'no options'})"
                raise UnknownNameError("option", name, known, hint)
        return {
            name: option.check(given[name]) if name in given else option.default
            for name, option in known.items()
        }

    def find_label(self, name: str) -> int:
        """The index of a label, case ignored; UnknownNameError names the nearest."""
        if not self.labels:
            raise UsageError(f"{self.id} has no labels; leave out the label {name!r}")
        if name in self.labels:
            return self.labels.index(name)
        folded = [label.casefold() for label in self.labels]
        if name.casefold() in folded:
            return folded.index(name.casefold())
        hint = f"(zoo models {self.id} lists all {len(self.labels)})"
        raise UnknownNameError("label", name, self.labels, hint)


def _problems(card: Card) -> list[str]:
    rules = {
        "the id must be architecture.tag, in lower case": _ID.fullmatch(card.id)
        or _REFERENCE.fullmatch(card.id),
        f"family {card.family!r} must be a word in lower case": _FAMILY.fullmatch(card.family),
        f"factory {card.factory!r} must be module:function": _FACTORY.fullmatch(card.factory),
        f"size {card.size} must be (height, width), each from 8 to 4096": len(card.size) == 2
        and all(type(side) is int and 8 <= side <= 4096 for side in card.size),
        f"params {card.params} must not be negative": card.params >= 0,
        f"size_step {card.size_step} must be from 0 to 1024": 0 <= card.size_step <= 1024,
        "summary, licence and trained_on must not be empty": card.summary.strip()
        and card.licence.strip()
        and card.trained_on.strip(),
        "weights must be a tuple of Weights": _all(card.weights, Weights),
        "options must be a tuple of Option": _all(card.options, Option),
        "can must be a frozenset of Can": _all(card.can, Can),
        "two options have the same name": _unique([o.name for o in card.options]),
        "two labels are the same, case ignored": _unique([x.casefold() for x in card.labels]),
        "labels and the ability 'label' belong together": bool(card.labels)
        == (Can.LABEL in card.can),
        f"replay {card.replay!r} is not bitwise, close or none": card.replay
        in ("bitwise", "close", "none"),
    }
    return [problem for problem, holds in rules.items() if not holds]


def _all(values: object, kind: type) -> bool:
    return isinstance(values, tuple | frozenset) and all(isinstance(v, kind) for v in values)


def _unique(names: list[str]) -> bool:
    return len(set(names)) == len(names)
