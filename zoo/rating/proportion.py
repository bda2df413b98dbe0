"""Shares of answers, with intervals."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .estimate import Estimate, Range, estimate

Z = 1.959963984540054
"""The normal quantile of 97.5 %."""


def wilson(hits: float, count: float) -> Range:
    """The 95 % score interval of a share: E. B. Wilson, "Probable Inference, the Law of Succession,
    and Statistical Inference" (JASA 22, 1927). (0, 1) of nothing."""
    if count <= 0:
        return 0.0, 1.0
    share, extra = hits / count, Z * Z / count
    middle = (share + extra / 2) / (1 + extra)
    half = math.sqrt(share * (1 - share) * extra + extra * extra / 4) / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_of_shares(one: tuple[float, Range], other: tuple[float, Range]) -> Range:
    """The 95 % interval of the mean of two independent shares, each with its own interval: the
    method of variance estimates recovery of G. Y. Zou & A. Donner (Statistics in Medicine 27,
    2008), which for a difference is R. G. Newcombe's (1998)."""
    (p, (p_low, p_high)), (q, (q_low, q_high)) = one, other
    middle = (p + q) / 2
    down, up = math.hypot(p - p_low, q - q_low) / 2, math.hypot(p_high - p, q_high - q) / 2
    return max(0.0, middle - down), min(1.0, middle + up)


def share(hits: NDArray[np.bool_], raters: NDArray[np.int64], *, seed: int) -> Estimate | None:
    """The share of ``hits`` (N,), whose ``raters`` (N,) are; None of no answers."""
    if not len(hits):
        return None
    return estimate(
        lambda weights: weighted_share(hits, weights),
        raters,
        wilson(float(hits.sum()), len(hits)),
        seed=seed,
    )


def weighted_share(hits: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """NaN where nothing has weight."""
    total = weights.sum()
    return float(weights[hits].sum() / total) if total > 0 else math.nan
