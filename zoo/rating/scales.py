"""Ratings on a scale: their mean, and how they are spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from .estimate import Estimate, estimate


@dataclass(frozen=True)
class Ratings:
    """``counts`` of the values ``low``, ``low`` + 1, … of the scale, and their mean."""

    low: int
    counts: tuple[int, ...]
    mean: Estimate


def ratings(
    values: NDArray[np.int64], raters: NDArray[np.int64], scale: tuple[int, int], *, seed: int
) -> Ratings | None:
    """Of values (N,) on a ``scale`` from its lowest to its highest, by ``raters`` (N,); None of no
    answers. The mean takes the steps of the scale to be equal, which people's need not be."""
    if not len(values):
        return None
    low, high = scale
    counts = np.bincount(values - low, minlength=high - low + 1)
    mean, half = float(values.mean()), math.inf
    if len(values) > 1:
        deviation = float(values.std(ddof=1)) / math.sqrt(len(values))
        half = float(stdtrit(len(values) - 1, 0.975)) * deviation
    ends = max(float(low), mean - half), min(float(high), mean + half)

    def weighted(weights: NDArray[np.float64]) -> float:
        total = weights.sum()
        return float(weights @ values / total) if total > 0 else math.nan

    return Ratings(low, tuple(map(int, counts)), estimate(weighted, raters, ends, seed=seed))
