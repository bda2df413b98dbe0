"""From what the rows of a journal say to the label and the split of every picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .options import Preparation
from .pack import Split
from .placing import Folders, Placing, as_label, folders_of, learn_placing
from .sources.entry import Source
from .split import hold_out, rank

Rows = Callable[[], Iterator[dict[str, Any]]]
"""Gives the rows of all kept pictures, in order, as often as it is called."""

SPLITS: tuple[Split, Split] = ("train", "test")


@dataclass(frozen=True)
class Placed:
    """The kept pictures in the order of the journal.

    ``labels`` int64 (N,) are numbers in ``names``; all 0 where ``names`` is (), and -1 for a
    picture without a label among labelled ones. ``tested`` bool (N,) are those held out; ``given``
    says that the sources themselves hold some out.
    """

    names: tuple[str, ...]
    labels: np.ndarray
    tested: np.ndarray
    given: bool


def place_all(rows: Rows, sources: Sequence[Source], plan: Preparation) -> Placed:
    """Decide on the label and the split of each picture."""
    placings = _learn(rows(), len(sources))
    numbers: dict[str | None, int] = {None: -1}
    found = np.fromiter(
        (_place(row, placings[row["source"]], numbers, plan) for row in rows()),
        dtype=[("label", np.int64), ("split", np.int64), ("rank", np.int64)],
    )
    names = _ordered([name for name in numbers if name is not None], sources)
    new = {name: number for number, name in enumerate(names)}
    table = np.array([new[name] for name in numbers if name is not None] + [-1], dtype=np.int64)
    labels = table[found["label"]] if names else np.zeros(len(found), dtype=np.int64)
    tested = found["split"] == SPLITS.index("test")
    given = bool(tested.any())
    # What says "train" and nowhere "test" holds nothing out; then all of it may be held out.
    free = np.flatnonzero((labels >= 0) & ((found["split"] < 0) | (not given)))
    tested[free] = hold_out(labels[free], found["rank"][free], plan.test_fraction)
    return Placed(names, labels, tested, given)


def _learn(rows: Iterable[dict[str, Any]], sources: int) -> list[Placing]:
    seen: list[set[Folders]] = [set() for _ in range(sources)]
    for row in rows:
        if row["in_folders"]:
            seen[row["source"]].add(folders_of(row["path"]))
    return [learn_placing(folders) for folders in seen]


def _place(
    row: dict[str, Any], placing: Placing, numbers: dict[str | None, int], plan: Preparation
) -> tuple[int, int, int]:
    """A row's label by its number so far, split (-1: not said) and rank in the draw."""
    folders = folders_of(row["path"]) if row["in_folders"] else ()
    label = as_label(row["label"]) if row["label"] is not None else None
    if plan.no_labels:
        label = None
    elif label is None and plan.labels is None:
        label = placing.label(folders)
    split = row["split"] or placing.split(folders)
    return (
        numbers.setdefault(label, len(numbers) - 1),
        SPLITS.index(split) if split else -1,
        rank(row["sha256"], plan.seed),
    )


def _ordered(names: list[str], sources: Sequence[Source]) -> tuple[str, ...]:
    """In the order of the sources' own lists of classes, then as a person would sort."""
    listed = {name: None for source in sources for c in source.classes if (name := as_label(c))}
    first = [name for name in listed if name in names]
    return (*first, *sorted(set(names) - set(first), key=_natural))


def _natural(name: str) -> tuple[list[str | int], str]:
    parts = re.split(r"(\d+)", name)
    return [int(p) if i % 2 else p.casefold() for i, p in enumerate(parts)], name
