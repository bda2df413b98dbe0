"""A score of finitely many pictures, taken to infinitely many.

M. J. Chong and D. Forsyth, "Effectively Unbiased FID and Inception Score and where to find them"
(2020, arXiv:1911.07023): the bias of a Fréchet distance, and of an Inception Score, is linear in
1/N, so a straight line through the values of subsets ends, at 1/N = 0, at the value without it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoo.errors import UsageError

LINEAR = ("frechet_distance", "inception_score")
"""Measures whose bias is known to be so."""


def at_infinity(counts: Sequence[int], values: Sequence[float]) -> float:
    """Where the line by least squares through ``values`` of ``counts`` pictures ends.

    It takes away the bias of the set's number alone: that of the reference's, which stays as large
    as it is, remains. Raises UsageError for fewer than two different counts.
    """
    if len(set(counts)) < 2 or len(counts) != len(values):
        raise UsageError(
            f"{len(values)} values of {len(set(counts))} numbers of pictures; expected two at least"
        )
    inverse = 1 / np.asarray(counts, dtype=np.float64)
    _, intercept = np.polyfit(inverse, np.asarray(values, dtype=np.float64), 1)
    return float(intercept)
