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
SHUFFLES = 99
ODDS = 2.0
"""What the log-odds of a pair are expected to be, before anything is learnt; it sets how strongly
the head is held near 0."""

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Learnt:
    """The weights ``head`` (D,) of features, and the share of comparisons that were predicted while
    they were held out, ``accuracy``. ``p`` is how probable that accuracy, or a higher one, is where
    features say nothing."""

    head: Array
    accuracy: float
    p: float


def learn(features: Array, winners: Codes, losers: Codes) -> Learnt:
    """From features (M, D) of pictures and N comparisons, rows of the preferred ones and of the
    others. No picture lies on both sides of a split. Raises UsageError for too few comparisons.

    Held-out comparisons are no independent draws, since what was learnt for one fold and another is
    alike; so ``p`` comes from doing the same with winners and losers exchanged at random, all of a
    group's at once (M. Ojala & G. Garriga, "Permutation Tests for Studying Classifier Performance",
    JMLR 11, 2010).
    """
    apart = features[winners] - features[losers]
    scale = np.sqrt(np.square(apart).mean(axis=0))
    scale = np.where(scale > 1e-6 * scale.max(), scale, np.inf)  # a constant feature says nothing
    apart /= scale
    groups = _groups(len(features), winners, losers)
    folds = _folds(groups)
    accuracy = _accuracy(apart, folds)
    chance = np.random.default_rng(0)
    signs = chance.choice([-1.0, 1.0], size=(SHUFFLES, len(features)))[:, groups]
    as_good = sum(_accuracy(apart * sign[:, None], folds) >= accuracy for sign in signs)
    return Learnt(_fit(apart) / scale, accuracy, (1 + as_good) / (1 + SHUFFLES))


def _accuracy(apart: Array, folds: Codes) -> float:
    """The share of held-out comparisons that are predicted."""
    hits = 0
    for fold in range(FOLDS):
        out = folds == fold
        hits += int((apart[out] @ _fit(apart[~out]) > 0).sum())
    return hits / len(apart)


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
            f"{len(groups)} comparisons in {len(names)} groups that share no picture are too few "
            f"to try what was learnt on pictures that it was not learnt from: that takes "
            f"{2 * FOLDS} such groups, better 100 and more. Compare more different pictures: zoo "
            "rate which-is-better … with a larger -n"
        )
    sizes, chosen = np.zeros(FOLDS), {}
    for place in np.argsort(-counts, kind="stable"):
        fold = int(sizes.argmin())
        chosen[int(names[place])] = fold
        sizes[fold] += counts[place]
    return np.array([chosen[int(group)] for group in groups])


def _fit(apart: Array) -> Array:
    """The most probable head (D,) given ``apart`` (N, D), preferred less other, each feature scaled
    to a root mean square of 1; beforehand, a pair's log-odds have the deviation ODDS."""
    count, size = apart.shape
    penalty = size / (ODDS * ODDS * count)

    def loss(head: Array) -> tuple[float, Array]:
        odds = apart @ head
        slope = penalty * head - apart.T @ expit(-odds) / count
        return float(penalty / 2 * head @ head - log_expit(odds).mean()), slope

    found: Array = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return found
