"""Taking the pictures of a study from its sets."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoo.evaluation.sets import PictureSet, open_set

from ..errors import UsageError
from .pictures import Pixels
from .planning import Stock

if TYPE_CHECKING:
    from zoo.evaluation.sets.model_set import ModelSet

POOL = 5000
"""So many pictures of a folder, drawn by the seed, may be chosen from."""


@dataclass(frozen=True)
class Taken:
    """A picture of a set, still of its own size where it is a file's."""

    pixels: Pixels
    label: str | None
    source: str
    record: str | None


class Supply:
    """A set from which pictures are taken, none twice."""

    def __init__(self, name: str, *, need: int, seed: int, device: str | None) -> None:
        """``need`` is how many pictures a model is asked for."""
        self.name, self.need, self.seed, self.device = name, need, seed, device
        self.set: PictureSet = open_set(name, n=need, seed=seed, device=device)
        self.model = as_model(self.set)
        if self.model is None and self.set.total < POOL:
            self.set = open_set(name, n=POOL, seed=seed)
        self._places: dict[str | None, deque[int]] = {}

    def stock(self) -> Stock:
        """How many pictures there are of each label; a model makes what is needed."""
        if self.model is not None:
            labels = self.model.card.labels
            return Counter({label.casefold(): self.need for label in labels}) if labels else None
        labels = self.set.labels or ()
        return Counter(label.casefold() for label in labels) if labels else None

    def ask_for(self, labels: Sequence[str]) -> None:
        """Have a model make pictures of these labels, in an order of its own. Without any it goes
        on making those that it was opened with."""
        if self.model is not None and labels:
            self.set = open_set(
                self.name, n=len(labels), seed=self.seed, like=labels, device=self.device
            )
            self.model = as_model(self.set)

    def take(
        self, labels: Sequence[str | None], least: int, fit: Callable[[Pixels], Pixels]
    ) -> list[Taken]:
        """One picture for each label (case folded; None: of any), through ``fit``; one that cannot
        be read, or whose shorter side is below ``least`` pixels, is left out for another. Raises
        UsageError where there are not enough."""
        self._fill(by_label=any(label is not None for label in labels))
        known = self._labels()
        found: dict[int, Taken] = {}
        missing = list(range(len(labels)))
        while missing:
            wanted = {self._next(labels[row]): row for row in missing}
            for place, pixels in self.set.each(sorted(wanted), _at_least(least, fit)):
                if pixels is None:
                    self.set.leave_out(place, f"smaller than {least} pixels")
                else:
                    found[wanted[place]] = self._taken(place, pixels, known.get(place))
            missing = [row for row in missing if row not in found]
        return [found[row] for row in range(len(labels))]

    def _fill(self, *, by_label: bool) -> None:
        known = self._labels()
        self._places = {}
        for place in np.random.default_rng([self.seed, 2]).permutation(self.set.total).tolist():
            if place not in self.set.unreadable:
                label = known[place].casefold() if by_label else None
                self._places.setdefault(label, deque()).append(place)

    def _labels(self) -> dict[int, str]:
        """The label of each place, where labels are known."""
        return dict(zip(self.set.places, self.set.labels or (), strict=False))

    def _next(self, label: str | None) -> int:
        left = self._places.get(label)
        if not left:
            what = f" of {label!r}" if label is not None else ""
            raise UsageError(
                f"{self.name} has too few pictures{what} that can be shown; ask for fewer with "
                "-n, or for smaller ones with --size"
            )
        return left.popleft()

    def _taken(self, place: int, pixels: Pixels, label: str | None) -> Taken:
        if self.model is None:
            return Taken(pixels, label, self.set.called(place), None)
        card, seed = self.model.card, self.model.seed
        record = self.model.model.record(
            place, seed, label=label, size=max(card.size), options=self.model.options
        )
        return Taken(pixels, label, f"{card.id} seed {seed} index {place}", record.to_json())


def smallest_side(supplies: Iterable[Supply], need: Sequence[Sequence[str | None]]) -> int:
    """The shortest side, in pixels, of the pictures that :meth:`Supply.take` would give."""
    sides = []
    for supply, labels in zip(supplies, need, strict=True):
        if supply.model is not None:
            sides.append(min(supply.model.card.size))
        else:
            sides += [len(taken.pixels) for taken in supply.take(labels, 1, _side)]
    return min(sides)


def as_model(found: PictureSet) -> ModelSet | None:
    from zoo.evaluation.sets.model_set import ModelSet

    return found if isinstance(found, ModelSet) else None


def _side(picture: Pixels) -> Pixels:
    """As many zeros as the shorter side has pixels: nothing large is kept."""
    return np.zeros(min(picture.shape[:2]), np.uint8)


def _at_least(least: int, fit: Callable[[Pixels], Pixels]) -> Callable[[Pixels], Pixels | None]:
    return lambda picture: fit(picture) if min(picture.shape[:2]) >= least else None
