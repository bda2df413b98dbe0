"""How long people took, and answers too fast to be any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FAST_MS = 200
"""Below it nobody has looked and chosen: seeing and moving a finger alone take 100 ms or more, and
choosing takes longer (R. Whelan, "Effective Analysis of Reaction Time Data", The Psychological
Record 58, 2008)."""
FAST_SHARE = 0.1
"""Of a rater's answers; with more of them fast, the rater is named."""


@dataclass(frozen=True)
class Times:
    """Of so many ``answers``, in milliseconds: quartiles, for means of such times say little."""

    answers: int
    lower: float
    median: float
    upper: float
    fast: int


def response_times(milliseconds: NDArray[np.float64]) -> Times | None:
    """Of times (N,); None of no answers."""
    if not len(milliseconds):
        return None
    lower, median, upper = np.quantile(milliseconds, [0.25, 0.5, 0.75])
    fast = int((milliseconds < FAST_MS).sum())
    return Times(len(milliseconds), float(lower), float(median), float(upper), fast)


def hasty(times: Times) -> bool:
    """Whether a rater's answers are too often too fast."""
    return times.fast > FAST_SHARE * times.answers
