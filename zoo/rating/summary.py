"""What a study says: its answers, its raters, its findings and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .agreement import Agreement
from .catch_trials import Answered, RaterSummary, rater_summaries
from .exposure import Exposure, exposure
from .findings import (
    Finding,
    agreement,
    real_or_generated,
    scales,
    which_is_better,
)
from .response_times import Times, response_times
from .store import Answers
from .study import CHOICES, Kind, Question, Study

FINDERS: Mapping[Kind, Callable[..., Finding]] = {
    "real-or-generated": real_or_generated,
    "which-is-better": which_is_better,
    "scales": scales,
}


@dataclass(frozen=True)
class Summary:
    """A study so far. ``answers`` to ordinary trials are what the findings are of, of so many
    ``planned``, and ``catch_answers`` those to catch trials, of ``catch_planned``; those of the
    ``excluded`` raters are left out. ``withdrawn`` were taken back. ``invited`` raters have a link.
    ``times`` are by question and choice. Intervals are drawn from ``seed``."""

    study: Study
    file: str
    seed: int
    planned: int
    answers: int
    catch_planned: int
    catch_answers: int
    withdrawn: int
    invited: int
    raters: tuple[RaterSummary, ...]
    excluded: tuple[int, ...]
    finding: Finding
    agreement: dict[Question, Agreement]
    times: dict[Question, dict[str, Times]]
    exposure: Exposure | None


def summarise(answers: Answers, *, seed: int = 0, exclude_failed: bool = False) -> Summary:
    """Of a study and its answers. ``exclude_failed`` leaves out who failed the catch trials.

    Raises StudyError where the file cannot be read.
    """
    study, everything = answers.study, answers.answered()
    raters = rater_summaries(everything)
    excluded = tuple(r.rater for r in raters if exclude_failed and r.failed)
    counted = [
        (trial, answer)
        for trial, answer in everything
        if not trial.catch and trial.rater not in excluded
    ]
    given = [answer for _, answer in counted]
    planned = [trial.catch for trial in answers.trials()]
    return Summary(
        study,
        str(answers.file),
        seed,
        planned.count(False),
        len(counted),
        planned.count(True),
        sum(r.catches for r in raters if r.rater not in excluded),
        len(answers.withdrawn()),
        len(answers.raters()),
        raters,
        excluded,
        FINDERS[study.kind](counted, study.sets, seed=seed),
        {q: agreement(counted, q, study.sets, seed=seed) for q in study.questions},
        {q: _times(counted, q) for q in study.questions},
        exposure(given, study.time_limit) if study.time_limit else None,
    )


def _times(answered: Answered, question: Question) -> dict[str, Times]:
    """By choice; those that nobody made are left out."""
    found = {}
    for choice in CHOICES[question]:
        taken = [
            float(answer.milliseconds)
            for trial, answer in answered
            if trial.question == question and answer.choice == choice
        ]
        if times := response_times(np.array(taken)):
            found[choice] = times
    return found
