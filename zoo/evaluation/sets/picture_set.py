"""A set of pictures: what it is called, what it holds, and reading it picture by picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""One picture (H, W, 3), RGB. Pictures of a set may differ in size."""
Found = TypeVar("Found")
_MEASURED = 16
"""Pictures whose sizes are looked at."""


class PictureSet(ABC):
    """``name`` as it was asked for; ``digest``, sha256 in hex of what it holds (a model: of what
    makes its pictures).

    A picture has a *place*, from 0 to ``total``, as the set was opened. Those that turn out to be
    unreadable are left out: rows 0 to ``count`` number the others, in the order of places. Both are
    final once :func:`zoo.evaluation.sets.seen` has seen the set.
    """

    busy = False
    """Whether making its pictures keeps all processors busy."""

    def __init__(
        self,
        name: str,
        digest: str,
        names: Sequence[str],
        labels: Sequence[str] | None,
        excluded: Sequence[tuple[str, str]] = (),
    ) -> None:
        """``names`` says what each place is called in errors; ``labels`` one label each; and
        ``excluded`` what could not be read from the start, as (name, why)."""
        self.name, self.digest = name, digest
        self._names, self._labels = names, labels
        self._excluded = list(excluded)
        self.unreadable: dict[int, str] = {}

    @abstractmethod
    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        """What ``do`` makes of the pictures at ``places``, in order. ``do`` may run on several
        threads. Where a picture cannot be read, its place is left out (:meth:`leave_out`)."""

    @property
    def total(self) -> int:
        """How many places there are."""
        return len(self._names)

    @property
    def places(self) -> list[int]:
        """The place of each row."""
        return [place for place in range(self.total) if place not in self.unreadable]

    @property
    def count(self) -> int:
        """Pictures, without those that were left out."""
        return self.total - len(self.unreadable)

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Each row's label: what was asked for, or what the picture shows; None where unknown."""
        if self._labels is None:
            return None
        return tuple(self._labels[place] for place in self.places)

    @property
    def excluded(self) -> list[tuple[str, str]]:
        """(file, why) of every picture that was left out."""
        late = [(self._names[place], why) for place, why in sorted(self.unreadable.items())]
        return [*self._excluded, *late]

    def called(self, place: int) -> str:
        """What the picture at a place is called: its file, or its number."""
        return self._names[place]

    def file(self, row: int) -> Path | None:
        """The file of a row's picture, where it is one of its own."""
        del row
        return None

    def leave_out(self, place: int, why: str) -> None:
        """The picture there cannot be read."""
        self.unreadable[place] = why

    def at(self, rows: Sequence[int]) -> list[Pixels]:
        """The pictures of these rows, at native size, in this order."""
        places = self.places
        wanted = [places[row] for row in rows]
        found = dict(self.each(sorted(set(wanted)), lambda picture: picture))
        return [found[place] for place in wanted]

    def sizes(self) -> set[tuple[int, int]]:
        """The native sizes (height, width) of some pictures, evenly spread: a few are decoded."""
        step = max(1, self.count // _MEASURED)
        return {(p.shape[0], p.shape[1]) for p in self.at(range(0, self.count, step)[:_MEASURED])}

    def batches(self, size: int) -> Iterator[tuple[list[Pixels], list[str | None]]]:
        """All pictures and their labels, ``size`` at a time. An unreadable one is left out."""
        pixels: list[Pixels] = []
        labels: list[str | None] = []
        for place, picture in self.each(self.places, lambda picture: picture):
            pixels.append(picture)
            labels.append(None if self._labels is None else self._labels[place])
            if len(pixels) == size:
                yield pixels, labels
                pixels, labels = [], []
        if pixels:
            yield pixels, labels
