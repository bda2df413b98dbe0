"""In which order, and which way round, a rater is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .study import SCALES


@dataclass(frozen=True)
class Asked:
    """A unit: its number, what is asked, whether it is a catch, and whether of two pictures."""

    id: int
    question: str
    catch: bool
    pair: bool


def order(units: Sequence[Asked], seed: int, rater: int) -> list[tuple[int, bool]]:
    """The units' numbers in this rater's order, each with whether its sides are swapped.

    It depends on (seed, rater) alone. The questions come in blocks, so that an answer about one
    scale does not colour the next; of each block's pairs, half are swapped, and its catches are
    spread over it.
    """
    chance = np.random.default_rng([seed, rater])
    questions = sorted({unit.question for unit in units}, key=_rank)
    found: list[tuple[int, bool]] = []
    for question in chance.permutation(np.array(questions)):
        block = [unit for unit in units if unit.question == question]
        ordinary = _shuffled([u for u in block if not u.catch], chance)
        catches = _shuffled([u for u in block if u.catch], chance)
        found += _spread(ordinary, catches, chance)
    return found


def _rank(question: str) -> int:
    return SCALES.index(question) if question in SCALES else -1


def _shuffled(units: list[Asked], chance: np.random.Generator) -> list[tuple[int, bool]]:
    """In random order; every other one of a second random order is swapped."""
    swapped = set(chance.permutation(len(units))[::2].tolist())
    mixed = chance.permutation(len(units)).tolist()
    return [(units[i].id, units[i].pair and i in swapped) for i in mixed]


def _spread(
    ordinary: list[tuple[int, bool]], catches: list[tuple[int, bool]], chance: np.random.Generator
) -> list[tuple[int, bool]]:
    """Each catch at a random place of a stretch of its own, never the very first trial."""
    found = list(ordinary)
    edges = np.linspace(min(1, len(ordinary)), len(ordinary), len(catches) + 1).astype(int)
    for number in reversed(range(len(catches))):
        low, high = int(edges[number]), int(edges[number + 1])
        found.insert(int(chance.integers(low, high + 1)), catches[number])
    return found
