"""For how long a picture was really to be seen, where a study limits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .study import Answer

SLACK_MS = 34
"""Two frames of a screen at 60 Hz: what a browser may be late without anybody's fault."""


@dataclass(frozen=True)
class Exposure:
    """``limit`` and ``median`` in milliseconds; ``longer``: how many pictures were shown for longer
    than the limit and two frames; ``again``: how many more than once, after a reload or an undo."""

    limit: int
    median: float
    longer: int
    again: int


def exposure(answers: Sequence[Answer], limit: int) -> Exposure | None:
    """Of answers under a time limit; None where no time was recorded."""
    shown = np.array([answer.shown for answer in answers if answer.shown is not None])
    if not len(shown):
        return None
    again = sum(answer.looks > 1 for answer in answers)
    longer = int((shown > limit + SLACK_MS).sum())
    return Exposure(limit, float(np.median(shown)), longer, again)
