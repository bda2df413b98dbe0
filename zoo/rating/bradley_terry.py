"""Strengths of models from comparisons of two at a time.

R. A. Bradley & M. E. Terry, "Rank Analysis of Incomplete Block Designs" (Biometrika 39, 1952): i is
preferred to j with odds exp(s_i - s_j). The log-likelihood is concave in the strengths, so Newton's
method finds its maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, log_expit

from zoo.errors import UsageError

Array = NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Fit:
    """``strengths`` (K,) are natural logarithms of odds and sum to 0; ``covariance`` (K, K) is
    theirs by the observed information, as if answers were independent."""

    strengths: Array
    covariance: Array


def fit(wins: Array) -> Fit:
    """Of ``wins`` (K, K), how often the row's model was preferred to the column's; they need not
    be integers.

    Raises UsageError where there is no maximum: where the models fall into groups that were not
    compared, or one of which always won (L. R. Ford, "Solution of a Ranking Problem from Binary
    Comparisons", 1957).
    """
    _check(wins)
    strengths = maximise(wins, np.zeros(len(wins)))
    curve = _curve(wins + wins.T, expit(strengths[:, None] - strengths))
    return Fit(strengths, np.linalg.pinv(curve, hermitian=True).astype(np.float64))


def maximise(wins: Array, strengths: Array) -> Array:
    """The strengths (K,), by Newton's method from ``strengths``, its step halved until the
    likelihood rises. For ``wins`` that have a maximum."""
    games, won = wins + wins.T, wins.sum(axis=1)
    value = _likelihood(wins, strengths)
    for _ in range(STEPS):
        chances = expit(strengths[:, None] - strengths)
        slope = won - (games * chances).sum(axis=1)
        # All strengths may be shifted alike; the constant holds their sum where it is.
        step = np.linalg.solve(_curve(games, chances) + 1, slope)
        if np.abs(step).max() < TOLERANCE:
            break
        while (better := _likelihood(wins, strengths + step)) < value - 1e-9:
            step /= 2
        strengths, value = strengths + step, better
    centred: Array = strengths - strengths.mean()
    return centred


def _curve(games: Array, chances: Array) -> Array:
    """The observed information (K, K)."""
    weights = games * chances * chances.T
    return np.diag(weights.sum(axis=1)) - weights


def _likelihood(wins: Array, strengths: Array) -> float:
    return float((wins * log_expit(strengths[:, None] - strengths)).sum())


def _check(wins: Array) -> None:
    groups, _ = connected_components(wins > 0, directed=True, connection="weak")
    if groups > 1:
        raise UsageError(
            f"the {len(wins)} models fall into {groups} groups that nobody compared with each "
            "other, so that their strengths cannot be compared either; ask about pairs across them"
        )
    groups, _ = connected_components(wins > 0, directed=True, connection="strong")
    if groups > 1:
        raise UsageError(
            "some models always won against all others, so that their strengths are infinite; "
            "count some wins for each side beforehand"
        )
