"""A number that people's answers gave, with how far it can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .resampling import LEAST_RATERS, bootstrap_raters

Range = tuple[float, float]
Statistic = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True)
class Estimate:
    """``value``, of so many ``answers`` by so many ``raters``, and two 95 % intervals.

    ``independent`` is right if one answer tells nothing of the same rater's next, and speaks of
    these raters only. ``over_raters`` is from a bootstrap that draws whole raters, and speaks of
    others like them; None below five, from whom nothing can be said of others.
    """

    value: float
    answers: int
    raters: int
    independent: Range
    over_raters: Range | None

    @property
    def interval(self) -> Range:
        """What to quote: of either end the one farther out."""
        both = [self.independent, self.over_raters or self.independent]
        return min(low for low, _ in both), max(high for _, high in both)


def estimate(
    statistic: Statistic,
    raters: NDArray[np.int64],
    independent: Range,
    *,
    seed: int,
) -> Estimate:
    """Of ``statistic(weights)``, which counts each of N answers as often as ``weights`` (N,) say;
    ``raters`` (N,) says whose they are. The interval over raters is drawn from ``seed``."""
    value = float(statistic(np.ones(len(raters))))
    count = len(np.unique(raters))
    ends = None
    if count >= LEAST_RATERS:
        drawn = bootstrap_raters(lambda w: np.array([statistic(w)]), raters, seed=seed)
        ends = None if drawn is None else (float(drawn[0, 0]), float(drawn[0, 1]))
    return Estimate(value, len(raters), count, independent, ends)
