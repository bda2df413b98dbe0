"""Raters as their catch trials and their haste show them.

A catch trial is one that whoever looks gets right. Who fails them is named; leaving a rater out is
a decision of whoever reads the study, and it is stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from .response_times import Times, hasty, response_times
from .study import Answer, Trial

LEAST_RIGHT = 0.75
"""Of a rater's catch trials; with fewer right, they count as failed. One in four may be a slip."""

LEAST_CATCHES = 4
"""From fewer, nobody is said to have failed: of three, a single slip would be too many."""

Answered = Sequence[tuple[Trial, Answer]]


@dataclass(frozen=True)
class RaterSummary:
    """One rater: ``answers`` to ordinary trials, and their ``times``; ``caught`` right of so many
    ``catches`` answered."""

    rater: int
    answers: int
    catches: int
    caught: int
    times: Times | None

    @property
    def failed(self) -> bool:
        """Whether too many catch trials were wrong, of at least LEAST_CATCHES."""
        return self.catches >= LEAST_CATCHES and self.caught < LEAST_RIGHT * self.catches

    @property
    def doubtful(self) -> bool:
        """Whether catch trials were wrong, but too few were answered to say that they failed."""
        return self.catches < LEAST_CATCHES and self.caught < self.catches

    @property
    def hasty(self) -> bool:
        """Whether the answers were too often too fast to be any."""
        return self.times is not None and hasty(self.times)


def rater_summaries(answered: Answered) -> tuple[RaterSummary, ...]:
    """Of all who answered anything, in the order of their numbers."""
    by_rater = sorted(answered, key=lambda pair: pair[0].rater)
    return tuple(_one(r, list(given)) for r, given in groupby(by_rater, lambda p: p[0].rater))


def _one(rater: int, answered: Answered) -> RaterSummary:
    catches = [answer.choice in trial.expected for trial, answer in answered if trial.catch]
    times = [float(answer.milliseconds) for trial, answer in answered if not trial.catch]
    return RaterSummary(
        rater, len(times), len(catches), sum(catches), response_times(np.array(times))
    )
