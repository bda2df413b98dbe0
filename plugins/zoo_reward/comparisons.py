"""A linear score of features that agrees with comparisons, and how well it does on held-out ones.

The Bradley-Terry model with a score in place of a strength: the one picture is preferred to the
other with log-odds w . (f - g) of their features. So rewards are learnt from people's comparisons
since P. Christiano et al., "Deep Reinforcement Learning from Human Preferences" (2017,
arXiv:1706.03741, section 2.2.3), and N. Stiennon et al., "Learning to Summarize from Human
Feedback" (2020, arXiv:2009.01325, section 3.4); here only a head on frozen features, since
comparisons are few. Deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, log_expit

from zoo.errors import UsageError

FOLDS = 5
PENALTIES = (0.01, 0.1, 1.0, 10.0)
"""Of which cross-validation takes the best: what |w|^2 / 2 costs, in comparisons' mean log-odds."""

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Learnt:
    """The weights ``head`` (D,) of features. ``hits`` (N,) says which comparisons were predicted
    while they were held out, ``groups`` (N,) which share pictures, directly or over others."""

    head: Array
    penalty: float
    hits: NDArray[np.bool_]
    groups: Codes


def learn(features: Array, winners: Codes, losers: Codes) -> Learnt:
    """From features (M, D) of pictures and N comparisons, rows of the preferred ones and of the
    others. No picture lies on both sides of a split. Raises UsageError for too few comparisons."""
    scale = features.std(axis=0)
    scale = np.where(scale > 1e-6 * scale.max(), scale, np.inf)  # a constant feature says nothing
    apart = (features[winners] - features[losers]) / scale
    groups = _groups(len(features), winners, losers)
    folds = _folds(groups)
    hits = np.zeros(len(apart), dtype=bool)
    for fold in range(FOLDS):
        out = folds == fold
        rest = apart[~out]
        head = _fit(rest, _best_penalty(rest, folds[~out]))
        hits[out] = apart[out] @ head > 0
    penalty = _best_penalty(apart, folds)
    return Learnt(_fit(apart, penalty) / scale, penalty, hits, groups)


def _groups(count: int, winners: Codes, losers: Codes) -> Codes:
    ones = np.ones(len(winners))
    graph = coo_array((ones, (winners, losers)), shape=(count, count))
    _, which = connected_components(graph, directed=False)
    groups: Codes = which[winners].astype(np.int64)
    return groups


def _folds(groups: Codes) -> Codes:
    """Whole groups, the largest first, each into the fold that has the fewest comparisons."""
    names, counts = np.unique(groups, return_counts=True)
    if len(names) < 2 * FOLDS:
        raise UsageError(
            f"{len(groups)} comparisons in {len(names)} groups that share no picture; to hold some "
            f"out, {2 * FOLDS} groups are needed: compare more different pictures"
        )
    sizes, chosen = np.zeros(FOLDS), {}
    for place in np.argsort(-counts, kind="stable"):
        fold = int(sizes.argmin())
        chosen[int(names[place])] = fold
        sizes[fold] += counts[place]
    return np.array([chosen[int(group)] for group in groups])


def _best_penalty(apart: Array, folds: Codes) -> float:
    """That with the highest likelihood of held-out comparisons."""

    def held_out(penalty: float) -> float:
        parts = [folds == fold for fold in np.unique(folds)]
        return sum(float(log_expit(apart[out] @ _fit(apart[~out], penalty)).sum()) for out in parts)

    return max(PENALTIES, key=held_out)


def _fit(apart: Array, penalty: float) -> Array:
    """The head (D,) that makes ``apart`` (N, D), preferred less other, most likely."""

    def loss(head: Array) -> tuple[float, Array]:
        odds = apart @ head
        slope = penalty * head - apart.T @ expit(-odds) / len(apart)
        return float(penalty / 2 * head @ head - log_expit(odds).mean()), slope

    start = np.zeros(apart.shape[1])
    found: Array = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found
