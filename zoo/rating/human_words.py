"""What people said of models in words: the unit, and what is within noise."""

from __future__ import annotations

import itertools

from .human_results import HumanScore
from .resampling import LEAST_RATERS

_UNITS = {
    "preference": "log odds",
    "human_error_rate": "share of wrong answers, 0.5: cannot be told from real",
}
_SCALE = "mean, 1 to 5"


def human_title(score: HumanScore) -> str:
    """The measure with its unit: ``preference, log odds``."""
    return f"{score.measure.replace('_', ' ')}, {_UNITS.get(score.measure, _SCALE)}"


def human_remarks(score: HumanScore) -> tuple[str, ...]:
    """What is to be read with the values."""
    return tuple(filter(None, (_apart(score), _few(score))))


def _apart(score: HumanScore) -> str:
    """Which sets' intervals share values."""
    noise = [
        f"{one} and {other}"
        for (one, a), (other, b) in itertools.combinations(score.values.items(), 2)
        if a.interval[0] <= b.interval[1] and b.interval[0] <= a.interval[1]
    ]
    return f"within noise, for the intervals overlap: {'; '.join(noise)}" if noise else ""


def _few(score: HumanScore) -> str:
    raters = min((value.raters for value in score.values.values()), default=LEAST_RATERS)
    if raters >= LEAST_RATERS:
        return ""
    people = "one rater" if raters == 1 else f"{raters} raters"
    return (
        f"{people}, fewer than {LEAST_RATERS}: the intervals speak of these people only, not of "
        "others"
    )
