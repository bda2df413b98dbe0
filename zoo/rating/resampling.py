"""Intervals over raters: a bootstrap that draws whole raters.

One rater's answers are alike: some people doubt every picture, some see more than others. So it is
raters that are drawn with replacement, each with all their answers (A. C. Davison & D. V. Hinkley,
"Bootstrap Methods and their Application", 1997, section 3.8; C. A. Field & A. H. Welsh,
"Bootstrapping clustered data", JRSS B 69, 2007). Percentiles of few draws are too narrow; their
levels are widened for the number of raters as in T. Hesterberg, "What Teachers Should Know about
the Bootstrap" (The American Statistician 69, 2015, section 4.2: the expanded percentile interval).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

LEAST_RATERS = 5
"""From fewer, a bootstrap says nothing of other raters."""
DRAWS = 1000
LEAST_SHARE = 0.9
"""Of the draws that must have a value: a draw may, say, leave out all who saw real pictures."""

Values = NDArray[np.float64]


def bootstrap_raters(
    statistic: Callable[[Values], Values], raters: NDArray[np.int64], *, seed: int,
    draws: int = DRAWS,
) -> Values | None:  # fmt: skip
    """95 % intervals (K, 2) of ``statistic(weights)``, which gives (K,) numbers of N answers that
    count as often as ``weights`` (N,) say; ``raters`` (N,) says whose they are.

    NaN, where a draw has no value, is left out. None where that leaves too little, or there are
    fewer than two raters.
    """
    _, whose = np.unique(raters, return_inverse=True)
    count = int(whose.max()) + 1 if len(whose) else 0
    if count < 2:
        return None
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    values = np.stack([statistic(times[whose]) for times in drawn])
    known = values[np.isfinite(values).all(axis=1)]
    if len(known) < LEAST_SHARE * draws:
        return None
    ends: Values = np.quantile(known, _levels(count), axis=0).T
    return ends


def _levels(count: int) -> tuple[float, float]:
    """The quantiles of the draws that bound 95 %: 2.5 and 97.5 % for very many raters."""
    tail = float(ndtr(stdtrit(count - 1, 0.025) * np.sqrt(count / (count - 1))))
    return tail, 1 - tail
