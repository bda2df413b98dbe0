"""The references that judges bring: data of their models, as the judges see them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from zoo.card import Card
from zoo.judge import ReferenceFile
from zoo.plugins import plugin_manager

from .extractor import Extractor
from .reference_file import Reference, from_file, thumbnails_in

__all__ = [
    "Reference",
    "data_names",
    "reference_about",
    "reference_for",
    "reference_labels",
    "reference_remark",
    "reference_side",
    "reference_thumbnails",
]


def reference_for(data: Card | str, extractor: Extractor) -> Reference | None:
    """The reference of the data that a model was trained on, or of data by name (``fruits360``), in
    an extractor's features; None where none is installed, or only one of other weights.

    Raises WeightsError where its file is damaged.
    """
    for judge, reference in _references(data):
        if judge == extractor.name:
            file = reference.file.read()
            if file.metadata().get("revision") == extractor.revision:
                return from_file(file)
    return None


def reference_about(data: Card | str) -> str | None:
    """What the data are, and their licence; None where no reference is installed.

    Raises WeightsError where its file is damaged.
    """
    for _, reference in _references(data):
        return from_file(reference.file.read()).about
    return None


def reference_labels(data: Card | str) -> tuple[str, ...] | None:
    """The label of each held-out picture of the data; None where no reference is installed.

    Raises WeightsError where its file is damaged.
    """
    for _, reference in _references(data):
        return from_file(reference.file.read()).labels
    return None


def reference_thumbnails(data: Card | str) -> NDArray[np.uint8] | None:
    """Some held-out pictures of the data, uint8 (M, S, S, 3); None where none are installed.

    Raises WeightsError where their file is damaged.
    """
    for _, reference in _references(data):
        found = thumbnails_in(reference.file.read())
        if found is not None:
            return found
    return None


def reference_side(data: Card | str) -> int | None:
    """The side in pixels of the data's pictures, which are square; None where none are installed.

    Raises WeightsError where their file is damaged.
    """
    found = reference_thumbnails(data)
    return None if found is None else found.shape[1]


def reference_remark(data: Card | str) -> str:
    """What one should know of the data to read scores against them; "" where there is nothing."""
    return next((reference.remark for _, reference in _references(data)), "")


def data_names() -> set[str]:
    """The names of all data that references are installed of."""
    judges = plugin_manager().judges().values()
    return {reference.name for judge in judges for reference in judge.references}


def _references(data: Card | str) -> Iterator[tuple[str, ReferenceFile]]:
    """Judges' names, and their references of the data."""
    text = data if isinstance(data, str) else data.trained_on
    for name, judge in plugin_manager().judges().items():
        for reference in judge.references:
            if reference.is_of(text):
                yield name, reference
