"""Checking a data set: what is twice in it, spoilt, scarce, or leaks into the test split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .check_measures import Measures
from .check_near import first_alike, hashes_of, keys_of, near_earlier, nearest_of
from .check_sources import WHOLE, Advance, Source

KINDS = {
    "unreadable": "cannot be opened",
    "blank": "one even colour",
    "duplicates": "the same as an earlier picture",
    "leaks": "test pictures that are in the training split, too",
    "tiny": "smaller than {tiny} pixels",
    "misshapen": "more than twice as long as wide",
    "blurred": "far less sharp than others of their label",
    "near": "near duplicates: within {near} of 256 bits of an earlier picture",
    "near-leaks": "test pictures that nearly duplicate a training picture",
}
"""Every kind of problem, in the order in which they are reported and drawn."""
DEFAULT_DROP = ("blank", "duplicates", "leaks")
"""What ``--drop default`` drops. Not what looks alike: the frames of a turntable or a burst do."""
OF_PACKS = ("leaks", "near-leaks")
OF_FOLDERS = ("unreadable", "tiny", "misshapen")
"""A packed data set holds whole pictures of one size, and a folder has no splits yet."""
BLANK_CONTRAST = 2.0
LONGEST = 2.0
_ENOUGH = 8  # pictures of a label, from which its own median sharpness means something


@dataclass(frozen=True)
class Settings:
    """``near``: bits of 256 within which pictures count as near duplicates. ``blur``: share of the
    median sharpness below which a picture is blurred. ``few``: fewer training pictures are too few
    for a label. ``tiny``: the least side of a picture in pixels, before it is packed.
    """

    near: int = 16
    blur: float = 0.1
    few: int = 20
    tiny: int = 64


@dataclass(frozen=True)
class Problem:
    """A picture with a fault. ``other`` is the picture that it repeats; ``detail`` says more."""

    split: str
    index: int
    other: tuple[str, int] | None = None
    detail: str = ""


@dataclass(frozen=True)
class Balance:
    """Pictures by label in the split that is trained on, and the labels with too few of them."""

    counts: dict[str, int]
    few: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """The largest label over the smallest one that has pictures."""
        held = [count for count in self.counts.values() if count]
        return max(held) / min(held) if held else 1.0


@dataclass(frozen=True)
class Report:
    """What was found. ``problems`` holds every kind of KINDS that fits the source."""

    source: Source
    settings: Settings
    problems: dict[str, list[Problem]]
    balance: Balance

    def count(self, kind: str) -> int:
        return len(self.problems.get(kind, ()))

    def meaning(self, kind: str) -> str:
        """The kind in words, with the settings filled in."""
        return KINDS[kind].format(**vars(self.settings))


def check(
    source: Source, settings: Settings | None = None, advance: Advance | None = None
) -> Report:
    """Look at every picture of ``source``. Nothing is changed.

    ``advance`` is called with the number of pictures done since the last call.
    """
    settings = settings or Settings()
    found: dict[str, list[Problem]] = {kind: [] for kind in _kinds(source)}
    readable: dict[str, _Readable] = {}
    for split in source.splits:
        kept: list[int] = []
        measures: list[Measures] = []
        for index, one in enumerate(source.measures(split, advance or _nobody)):
            if isinstance(one, str):
                found["unreadable"].append(Problem(split, index, detail=one))
            else:
                kept.append(index)
                measures.append(one)
        readable[split] = _Readable(source, split, kept, measures)
    for part in readable.values():
        for kind, problem in part.problems(settings):
            found[kind].append(problem)
    if {"train", "test"} <= readable.keys():
        _find_leaks(readable["train"], readable["test"], settings, found)
    return Report(source, settings, found, _balance(source, settings))


def _nobody(_: int) -> None:
    """Nobody watches."""


def _kinds(source: Source) -> list[str]:
    absent = OF_FOLDERS if source.packed else OF_PACKS
    return [kind for kind in KINDS if kind not in absent]


class _Readable:
    """The pictures of a split that could be read: their ``indices`` and measures."""

    def __init__(
        self, source: Source, split: str, indices: list[int], measures: list[Measures]
    ) -> None:
        self.source, self.split, self.indices, self.measures = source, split, indices, measures
        self.hashes = hashes_of(measures)
        self.blank = np.array([m.contrast < BLANK_CONTRAST for m in measures], np.bool_)
        self._first = first_alike(keys_of(m) for m in measures)

    def at(self, place: int) -> tuple[str, int]:
        """The picture at a place of ``indices``."""
        return self.split, self.indices[place]

    def problems(self, settings: Settings) -> Iterator[tuple[str, Problem]]:
        """All but unreadable pictures and leaks."""
        for place in _places(self.blank):
            yield "blank", Problem(*self.at(place))
        yield from self._pairs("duplicates", self._first)
        near = near_earlier(self.hashes, settings.near, (self._first >= 0) | self.blank)
        yield from self._pairs("near", near)
        sharpness = np.array([m.sharpness for m in self.measures])
        for place, usual in self._blurred(sharpness, settings.blur):
            detail = f"sharpness {sharpness[place]:.0f} of {usual:.0f}"
            yield "blurred", Problem(*self.at(place), detail=detail)
        if not self.source.packed:
            yield from self._of_size(settings.tiny)

    def _pairs(self, kind: str, earlier: NDArray[np.int64]) -> Iterator[tuple[str, Problem]]:
        for place in _places(earlier >= 0):
            yield kind, related(self.source, self.at(place), self.at(int(earlier[place])))

    def _blurred(self, sharpness: NDArray[np.float64], share: float) -> Iterator[tuple[int, float]]:
        """Places below ``share`` of the median of their label, or of all where it has few."""
        labels = np.array([self.source.label(*self.at(p)) for p in range(len(self.indices))])
        sound = ~self.blank
        overall = float(np.median(sharpness[sound])) if sound.any() else 0.0
        for label in np.unique(labels):
            own = sound & (labels == label)
            usual = float(np.median(sharpness[own])) if own.sum() >= _ENOUGH else overall
            for place in _places(own & (sharpness < share * usual)):
                yield place, usual

    def _of_size(self, tiny: int) -> Iterator[tuple[str, Problem]]:
        for place, (height, width) in enumerate(m.size for m in self.measures):
            problem = Problem(*self.at(place), detail=f"{width} x {height}")
            if min(height, width) < tiny:
                yield "tiny", problem
            if max(height, width) > LONGEST * min(height, width):
                yield "misshapen", problem


def _find_leaks(
    train: _Readable, test: _Readable, settings: Settings, found: dict[str, list[Problem]]
) -> None:
    """Test pictures that are, or nearly are, pictures of the training split."""
    both = first_alike(keys_of(m) for m in (*train.measures, *test.measures))[len(train.indices) :]
    same = np.where((both >= 0) & (both < len(train.indices)), both, -1)
    near = nearest_of(test.hashes, train.hashes, settings.near, ~train.blank)
    near[(same >= 0) | test.blank] = -1
    for kind, places in (("leaks", same), ("near-leaks", near)):
        for place in _places(places >= 0):
            pair = test.at(place), train.at(int(places[place]))
            found[kind].append(related(test.source, *pair))


def _places(chosen: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(chosen)]


def related(source: Source, at: tuple[str, int], other: tuple[str, int]) -> Problem:
    """A picture that repeats another one; says so where that has another label."""
    label, others = source.label(*at), source.label(*other)
    differs = source.labels and label != others
    return Problem(*at, other, detail="under another label" if differs else "")


def _balance(source: Source, settings: Settings) -> Balance:
    split = WHOLE if WHOLE in source.splits else "train"
    numbers = [source.label(split, i) for i in range(source.splits.get(split, 0))]
    counts = np.bincount([n for n in numbers if n >= 0], minlength=len(source.labels))
    by_name: Mapping[str, int] = dict(zip(source.labels, map(int, counts), strict=False))
    few = tuple(name for name, count in by_name.items() if count < settings.few)
    return Balance(dict(by_name), few)
