"""Which pictures a study needs: how many of each set, of what labels, and which belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..errors import UsageError
from .study import SCALES, Kind, Question

MOST_PICTURES = 10_000
MOST_TIME = 60_000
LEAST_SIDE, LARGEST_SIDE = 8, 1024


@dataclass(frozen=True)
class Plan:
    """What is asked of a study. ``n`` counts pictures; for ``which-is-better``, comparisons.

    ``catches`` is the number of catch trials, a tenth of ``n`` by default. ``side`` in pixels is
    that of all pictures, by default the smallest there is. ``time_limit`` is in milliseconds.
    ``scales`` are those of a study of the kind ``scales``; by default all that can be asked.
    Raises UsageError.
    """

    kind: Kind
    n: int = 40
    seed: int = 0
    catches: int | None = None
    side: int | None = None
    time_limit: int | None = None
    scales: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        least = 2 if self.kind == "real-or-generated" else 1
        ranges: dict[str, tuple[int | None, int, int]] = {
            "n": (self.n, least, MOST_PICTURES),
            "seed": (self.seed, 0, 2**63 - 1),
            "catches": (self.catches, 0, self.n),
            "size": (self.side, LEAST_SIDE, LARGEST_SIDE),
            "time limit": (self.time_limit, 1, MOST_TIME),
        }
        for name, (value, low, high) in ranges.items():
            if value is not None and not low <= value <= high:
                raise UsageError(f"the {name} is {value}; expected {low} to {high}")
        for scale in self.scales:
            if scale not in SCALES:
                raise UsageError(f"no scale {scale!r}; there are {', '.join(SCALES)}")

    @property
    def catch_count(self) -> int:
        return self.n // 10 if self.catches is None else self.catches


Group = tuple[int, ...]
"""Numbers of sets, of each of which one picture is needed; where labels are known, of one label."""


def groups(plan: Plan, sets: int) -> list[Group]:
    """The groups of a study of so many sets; the counts of sets, or of pairs, differ by one at
    most. One set is compared with itself."""
    if plan.kind == "which-is-better":
        pairs = list(combinations(range(sets), 2)) or [(0, 0)]
        return [pairs[i % len(pairs)] for i in range(plan.n)]
    whole, rest = divmod(plan.n, sets)
    return [tuple(range(sets))] * whole + [(i,) for i in reversed(range(sets - rest, sets))]


Stock = Counter[str] | None
"""How many pictures of each label (case folded) a set has; None where it knows no labels."""


def common_labels(stocks: Sequence[Stock]) -> list[str]:
    """The labels that every set has; none where a set knows none."""
    known = [set(stock) for stock in stocks if stock is not None]
    return sorted(set.intersection(*known)) if known and len(known) == len(stocks) else []


def assign_labels(wanted: Sequence[Group], stocks: Sequence[Stock], seed: int) -> list[str]:
    """A label for each group, of those that all sets have: each as often as the others, as long
    as there are pictures. Raises UsageError where they run out."""
    common = np.random.default_rng([seed, 1]).permutation(np.array(common_labels(stocks))).tolist()
    left = [Counter({} if stock is None else stock) for stock in stocks]
    labels: list[str] = []
    turn = 0
    for group in wanted:
        need = Counter(group)
        for _ in common:
            label = common[turn % len(common)]
            turn += 1
            if all(left[place][label] >= count for place, count in need.items()):
                break
        else:
            raise UsageError(
                f"the sets have pictures of the same labels for {len(labels)} of the "
                f"{len(wanted)} that are needed; ask for fewer with -n, or put a folder's pictures "
                "into one folder without sub-folders: then labels are not matched"
            )
        for place, count in need.items():
            left[place][label] -= count
        labels.append(label)
    return labels
