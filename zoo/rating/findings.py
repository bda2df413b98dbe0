"""What the answers of each kind of study say of its sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .agreement import Agreement, Level, krippendorff_alpha
from .catch_trials import Answered
from .error_rate import ErrorRate, error_rate
from .estimate import Estimate
from .preference import Comparisons, Preference, preference
from .proportion import share
from .scales import Ratings, ratings
from .study import CHOICES, SCALES, Answer, Question, Trial


@dataclass(frozen=True)
class RealOrGenerated:
    """How often the pictures of the sets ``generated`` and ``real`` were taken for each other."""

    real: str
    generated: str
    rate: ErrorRate


@dataclass(frozen=True)
class WhichIsBetter:
    """``left``: how often the picture on the left was chosen, whatever it was."""

    preference: Preference
    left: Estimate | None


@dataclass(frozen=True)
class Scales:
    """By question, and by set."""

    rated: dict[Question, dict[str, Ratings]]


Finding = RealOrGenerated | WhichIsBetter | Scales


def real_or_generated(answered: Answered, sets: Sequence[str], *, seed: int) -> RealOrGenerated:
    """How often generated pictures were taken for real ones, and real ones for generated. The
    first of the ``sets`` is the real one."""
    real, made = sets
    generated = np.array([trial.items[0].set == made for trial, _ in answered], dtype=bool)
    said = np.array([answer.choice == "generated" for _, answer in answered], dtype=bool)
    rate = error_rate(generated, said, raters_of(answered), seed=seed)
    return RealOrGenerated(real, made, rate)


def which_is_better(answered: Answered, sets: Sequence[str], *, seed: int) -> WhichIsBetter:
    """How strongly each set is preferred."""
    places = {name: place for place, name in enumerate(sets)}
    sides = np.array([side_of(answer) for _, answer in answered], dtype=np.int64)
    shown = np.array(
        [[places[item.set] for item in trial.items] for trial, _ in answered], dtype=np.int64
    ).reshape(-1, 2)
    rows, raters = np.arange(len(answered)), raters_of(answered)
    comparisons = Comparisons(shown[rows, sides], shown[rows, 1 - sides], raters)
    left = share(sides == 0, raters, seed=seed)
    return WhichIsBetter(preference(sets, comparisons, seed=seed), left)


def scales(answered: Answered, sets: Sequence[str], *, seed: int) -> Scales:
    """The ratings of each set on each scale that was asked about."""
    rated: dict[Question, dict[str, Ratings]] = {}
    for question in SCALES:
        steps = [int(choice) for choice in CHOICES[question]]
        about = [pair for pair in answered if pair[0].question == question]
        for name in sets:
            some = [pair for pair in about if pair[0].items[0].set == name]
            values = np.array([int(answer.choice) for _, answer in some], dtype=np.int64)
            found = ratings(values, raters_of(some), (steps[0], steps[-1]), seed=seed)
            if found is not None:
                rated.setdefault(question, {})[name] = found
    return Scales(rated)


def agreement(
    answered: Answered, question: Question, sets: Sequence[str], *, seed: int
) -> Agreement:
    """How far raters agree in their answers to a question: of comparisons, in the set that they
    prefer; in the picture, where one set was compared with itself."""
    about = [pair for pair in answered if pair[0].question == question]
    units = np.array([trial.unit for trial, _ in about], dtype=np.int64)
    values = np.array([_value(trial, answer, sets) for trial, answer in about], dtype=np.int64)
    level: Level = "ordinal" if question in SCALES else "nominal"
    return krippendorff_alpha(units, values, level=level, seed=seed)


def side_of(answer: Answer) -> int:
    """Of a comparison's two pictures the chosen one: 0 is left."""
    return CHOICES["which-is-better"].index(answer.choice)


def raters_of(answered: Answered) -> NDArray[np.int64]:
    """Whose answers they are, (N,)."""
    return np.array([trial.rater for trial, _ in answered], dtype=np.int64)


def _value(trial: Trial, answer: Answer, sets: Sequence[str]) -> int:
    if trial.question == "which-is-better":
        chosen, other = trial.items[side_of(answer)], trial.items[1 - side_of(answer)]
        if chosen.set == other.set:
            return int(chosen.sha256 < other.sha256)
        return list(sets).index(chosen.set)
    return CHOICES[trial.question].index(answer.choice)
