"""Data that are named instead of given: their features ship with Zoo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from zoo.card import Card
from zoo.errors import UsageError

from .extractor import Extractor
from .reference import Reference, data_names, reference_for

Option = Literal["--against", "--train", "--held-out"]
_SPLITS = ("test", "train")


def shipped_name(text: str, option: Option) -> str | None:
    """The name of the data that ``text`` (``fruits360``, ``fruits360:test``) means; None where it
    means pictures: a folder goes before data of the same name.

    Raises UsageError for the split that ``option`` does not take.
    """
    name, _, split = text.rpartition(":")
    if split not in _SPLITS:
        name, split = text, ""
    if name not in data_names() or Path(name).exists() or Path(text).exists():
        return None
    takes = "train" if option == "--train" else "test"
    if split and split != takes:
        raise UsageError(
            f"{option} {text}: of data that ship with Zoo it takes the {takes} pictures: "
            f"{option} {name}; for others give the pictures, {option} FOLDER:{split}"
        )
    return name


class Shipped:
    """The references of one extractor, each read once."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._read: dict[str, Reference | None] = {}

    def named(self, name: str, option: Option) -> Reference:
        """Of data that were named. Raises UsageError where none ships."""
        found = self._find(name, name)
        if found is None:
            raise UsageError(
                f"no features of {name} ship for {self._extractor.name}; give the pictures: "
                f"{option} FOLDER"
            )
        return found

    def of_model(self, card: Card) -> Reference | None:
        """Of the data that a model was trained on."""
        return self._find(card.trained_on, card)

    def _find(self, key: str, data: Card | str) -> Reference | None:
        if key not in self._read:
            found = reference_for(data, self._extractor)
            self._read[key] = found and self._read.setdefault(found.name, found)
        return self._read[key]
