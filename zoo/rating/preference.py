"""Which of several models people prefer, and by how much."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from zoo.errors import UsageError

from .bradley_terry import Fit, fit, maximise
from .estimate import Estimate, Range
from .proportion import Z
from .resampling import LEAST_RATERS, bootstrap_raters

PRIOR = 0.5
"""Wins that each side of a pair that was compared is given beforehand. For two models that is
Jeffreys' prior; it keeps strengths finite where one side always wins (D. Firth, "Bias Reduction of
Maximum Likelihood Estimates", Biometrika 80, 1993)."""

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Comparisons:
    """N answers: indices of the model that was preferred and of the other, and whose answers they
    are, each (N,)."""

    winners: Codes
    losers: Codes
    raters: Codes


@dataclass(frozen=True)
class Pair:
    """How often ``first`` was preferred to ``second``, how often not, and the probability that it
    is, by their strengths."""

    first: str
    second: str
    wins: int
    losses: int
    preferred: Estimate


@dataclass(frozen=True)
class Preference:
    """``strengths`` by model, natural logarithms of odds that sum to 0; ``why`` there are none."""

    strengths: dict[str, Estimate]
    pairs: tuple[Pair, ...]
    why: str = ""


def preference(models: Sequence[str], answers: Comparisons, *, seed: int) -> Preference:
    """Bradley-Terry strengths of ``models``, and of each pair. Intervals over raters
    are drawn from ``seed``."""
    k = len(models)
    if k < 2:
        return Preference({}, (), f"{models[0]} was compared with itself: there is nothing to rank")
    wins = _wins(answers, k, np.ones(len(answers.raters)))
    prior = PRIOR * ((wins + wins.T) > 0)
    try:
        found = fit(wins + prior)
    except UsageError as error:
        return Preference({}, (), str(error))
    sides, pairs = np.eye(k), list(itertools.combinations(range(k), 2))
    contrasts = np.concatenate([sides, [sides[i] - sides[j] for i, j in pairs]])
    drawn = None
    if len(np.unique(answers.raters)) >= LEAST_RATERS:
        drawn = bootstrap_raters(
            lambda w: contrasts @ maximise(_wins(answers, k, w) + prior, found.strengths),
            answers.raters,
            seed=seed,
        )
    told = _estimates(answers, contrasts, found, drawn)
    return Preference(
        dict(zip(models, told, strict=False)),
        tuple(
            Pair(models[i], models[j], int(wins[i, j]), int(wins[j, i]), _chance(odds))
            for (i, j), odds in zip(pairs, told[k:], strict=True)
        ),
    )


def _wins(answers: Comparisons, k: int, weights: Array) -> Array:
    """How often the row's model won over the column's (k, k)."""
    place = answers.winners * k + answers.losers
    wins: Array = np.bincount(place, weights, minlength=k * k).astype(np.float64)
    return wins.reshape(k, k)


def _estimates(
    answers: Comparisons, contrasts: Array, found: Fit, drawn: Array | None
) -> list[Estimate]:
    """Of each sum of strengths (S, K): one strength, or the difference of two."""
    values = contrasts @ found.strengths
    halves = Z * np.sqrt(np.einsum("sk,kl,sl->s", contrasts, found.covariance, contrasts))
    told = []
    for row, contrast in enumerate(contrasts):
        inside = contrast != 0
        won, lost = inside[answers.winners], inside[answers.losers]
        about = won & lost if inside.sum() == 2 else won | lost
        told.append(
            Estimate(
                float(values[row]),
                int(about.sum()),
                len(np.unique(answers.raters[about])),
                (float(values[row] - halves[row]), float(values[row] + halves[row])),
                None if drawn is None else (float(drawn[row, 0]), float(drawn[row, 1])),
            )
        )
    return told


def _chance(odds: Estimate) -> Estimate:
    """The same as a probability."""

    def both(ends: Range) -> Range:
        return float(expit(ends[0])), float(expit(ends[1]))

    over = None if odds.over_raters is None else both(odds.over_raters)
    value = float(expit(odds.value))
    return Estimate(value, odds.answers, odds.raters, both(odds.independent), over)
