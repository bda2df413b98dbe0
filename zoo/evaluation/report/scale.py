"""Where the marks of a score lie on its scale: value, interval, and what real pictures score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from zoo.evaluation.result import Score
from zoo.evaluation.shown import shown_number

WIDTH, MARGIN = 320, 8
_ROOM = 1.05
"""Of a scale without an end of its own: how much it is longer than it must be, or more."""
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_FEW = 0.2
"""Where no share is above it, the scale of shares is cut, too."""


@dataclass(frozen=True)
class Scale:
    """From ``low`` to ``high``."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[str, str]:
        """What is written there."""
        return shown_number(self.low), shown_number(self.high)

    def place(self, value: float) -> float:
        """In units of a drawing WIDTH wide."""
        share = (value - self.low) / (self.high - self.low)
        return round(MARGIN + min(1.0, max(0.0, share)) * (WIDTH - 2 * MARGIN), 1)


@dataclass(frozen=True)
class Marks:
    """A score on a scale, in units of the drawing."""

    x: float
    ends: tuple[float, float] | None
    real: float | None


def scale_of(scores: Sequence[Score], bounds: tuple[float, float]) -> Scale:
    """One for all scores of a measure: a share's is 0 to 1 unless all are small, another begins
    where the measure does, or at 0 where there is nothing below it."""
    values = [v for s in scores for v in (s.value, *(s.interval or ()), s.real) if v is not None]
    low, high = bounds
    if math.isinf(high) or max(values) < _FEW * high:
        high = _rounded(max(0.0, *values) * _ROOM)
    if math.isinf(low):
        low = 0.0 - _rounded(-min(0.0, *values) * _ROOM)
    return Scale(low, high if high > low else low + 1)


def _rounded(value: float) -> float:
    """Up, to a number that is easily read."""
    if value <= 0:
        return 0.0
    unit = 10 ** math.floor(math.log10(value))
    return float(next(step for step in _STEPS if step * unit >= value * (1 - 1e-9)) * unit)


def marks_of(score: Score, scale: Scale) -> Marks:
    """Where they lie."""
    ends = None
    if score.interval is not None:
        ends = scale.place(score.interval[0]), scale.place(score.interval[1])
    real = None if score.real is None else scale.place(score.real)
    return Marks(scale.place(score.value), ends, real)
