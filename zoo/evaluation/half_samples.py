"""The interval of a score: the delete-d jackknife, by half-samples without replacement.

J. Shao and C. F. J. Wu, "A general theory for jackknife variance estimation" (Annals of Statistics
17, 1989). With d of n rows left out, the values of such subsets vary by d / (n - d) times the
variance of the value of all n; with half of them, by as much. Resampling with replacement would put
copies into a set, which every distance of distributions counts as missing variety.

The interval says how much n further pictures would change the value, the reference being what it
is. It says nothing of how much another reference, or other features, would.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zoo.errors import UsageError

SUBSAMPLES = 20
LEAST = 4
"""Pictures of which half-samples say something."""
CONFIDENCE = 0.95


def half_samples(n: int, *, seed: int, count: int = SUBSAMPLES) -> list[NDArray[np.int64]]:
    """``count`` draws of n // 2 different rows of n, sorted. Raises UsageError below ``LEAST``."""
    if n < LEAST or count < 2:
        raise UsageError(f"{count} half-samples of {n} pictures; expected 2 of at least {LEAST}")
    rng = np.random.default_rng([seed, n])
    return [np.sort(rng.choice(n, n // 2, replace=False)) for _ in range(count)]


def deviation(values: Sequence[float], n: int, *, share: bool = False) -> float:
    """The standard error of the value of ``n`` rows, from the values of its half-samples.

    A ``share`` of which all halves say the same, as 0 or 1, is still uncertain by 3 / n (J. A.
    Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983).
    """
    size = n // 2
    found = float(np.std(values, ddof=1)) * math.sqrt(size / (n - size))
    if share and not found:
        return 3 / n / student(CONFIDENCE, len(values) - 1)
    return found


def interval(
    value: float, error: float, count: int, bounds: tuple[float, float] = (-math.inf, math.inf)
) -> tuple[float, float]:
    """The 95 % interval of a value with the standard error ``error``, which ``count`` half-samples
    gave, by Student's t; clipped to what the measure can be."""
    reach = student(CONFIDENCE, count - 1) * error
    low, high = bounds
    return max(low, value - reach), min(high, value + reach)


def student(confidence: float, freedom: float) -> float:
    """How many standard errors a two-sided interval reaches."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))
