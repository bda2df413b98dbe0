"""Whether raters agree more than chance would have them: Krippendorff's alpha.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011,
https://repository.upenn.edu/asc_papers/43). 1 is agreement, 0 what values dealt out at random
would give, below 0 systematic disagreement. Any number of raters, and not all need judge all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .estimate import Range
from .resampling import bootstrap_raters

Level = Literal["nominal", "ordinal"]
LEAST_UNITS = 10
"""Below it, no interval is given."""


@dataclass(frozen=True)
class Agreement:
    """``alpha`` with a 95 % interval over what was judged, of so many ``units`` that two raters or
    more judged, and ``values`` that they gave those. ``why`` says what is missing where ``alpha``
    is None."""

    alpha: float | None
    interval: Range | None
    level: Level
    units: int
    values: int
    why: str = ""


def krippendorff_alpha(
    units: NDArray[np.int64], values: NDArray[np.int64], *, level: Level, seed: int
) -> Agreement:
    """Of N answers: what was judged, and the value given, each (N,), one of a rater and unit.

    For ``ordinal`` the order of the values is that of their numbers. The interval is from a
    bootstrap that draws units with their answers, from ``seed``.
    """
    table = _table(units, values)
    table = table[table.sum(axis=1) >= 2]
    count, pairable = len(table), int(table.sum())
    if not count:
        return Agreement(None, None, level, 0, 0, "nothing was judged by two raters")
    if (table.sum(axis=0) > 0).sum() < 2:
        why = "all gave the same answer, so that chance would have agreed as well"
        return Agreement(None, None, level, count, pairable, why)
    alpha = _alpha(table, np.ones(count), level)
    drawn = None
    if count >= LEAST_UNITS:
        each = np.arange(count)
        drawn = bootstrap_raters(
            lambda w: np.array([_alpha(table, w, level)]), each, seed=seed
        )  # fmt: skip
    ends = None if drawn is None else (float(drawn[0, 0]), float(drawn[0, 1]))
    return Agreement(alpha, ends, level, count, pairable)


def _table(units: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each unit (row) was given each value (column)."""
    rows, unit = np.unique(units, return_inverse=True)
    columns, value = np.unique(values, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    np.add.at(table, (unit, value), 1)
    return table


def _alpha(table: NDArray[np.float64], weights: NDArray[np.float64], level: Level) -> float:
    """Units count as often as ``weights`` say. NaN where only one value was given."""
    judged = table.sum(axis=1)
    scaled = table * (weights / (judged - 1))[:, None]
    coincidences = scaled.T @ table - np.diag(scaled.sum(axis=0))
    totals = coincidences.sum(axis=1)
    apart = _differences(totals, level)
    expected = float(totals @ apart @ totals)
    if expected <= 0:
        return float("nan")
    return float(1 - (totals.sum() - 1) * (coincidences * apart).sum() / expected)


def _differences(totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared differences of the values: 1 for any two nominal ones; of ordinal ones, how many
    answers lie between them, their own counting half."""
    if level == "nominal":
        return 1 - np.eye(len(totals))
    middle = np.cumsum(totals) - totals / 2
    squared: NDArray[np.float64] = (middle[:, None] - middle) ** 2
    return squared
