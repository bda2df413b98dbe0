"""Which differences between sets are more than noise.

Of two sets that were measured under the same conditions, against the same reference, the values
vary independently; so the variance of their difference is the sum of both jackknife variances, with
degrees of freedom by B. L. Welch, "The generalization of 'Student's' problem" (Biometrika 34,
1947). All differences of one comparison are one family: each interval is widened by Bonferroni's
factor, so that with 95 % confidence all of them hold.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from .comparison import Difference
from .half_samples import CONFIDENCE, student
from .result import Evaluation, Score


def differences(evaluations: Sequence[Evaluation]) -> tuple[Difference, ...]:
    """Of every two that may stand in one table and have the same number of pictures, in every
    measure that both have with its half-samples."""
    pairs = list(_pairs(evaluations))
    return tuple(_difference(one, other, a, b, len(pairs)) for one, other, a, b in pairs)


def _pairs(
    evaluations: Sequence[Evaluation],
) -> Iterator[tuple[Evaluation, Evaluation, Score, Score]]:
    for one, other in itertools.combinations(evaluations, 2):
        if (one.conditions.table, one.conditions.n) != (other.conditions.table, other.conditions.n):
            continue  # a value that depends on n differs for that alone
        for a in one.scores:
            b = other.score(a.name)
            if b is not None and None not in (a.error, b.error):
                yield one, other, a, b


def _difference(
    one: Evaluation, other: Evaluation, a: Score, b: Score, compared: int
) -> Difference:
    variances = [(score.error or 0.0) ** 2 for score in (a, b)]
    total = sum(variances)
    parts = (v**2 / (len(s.half_samples) - 1) for v, s in zip(variances, (a, b), strict=True))
    freedom = total**2 / sum(parts) if total else 1.0
    reach = student(1 - (1 - CONFIDENCE) / compared, freedom) * math.sqrt(total)
    value = a.value - b.value
    noise = abs(value) <= reach
    no_gain = not noise and abs(_counted(a) - _counted(b)) <= reach
    return Difference(
        a.name, a.shown, one.set, other.set, value, (value - reach, value + reach), noise,
        None if noise or no_gain else _ahead(one.set, other.set, value, a), a.better, no_gain,
    )  # fmt: skip


def _counted(score: Score) -> float:
    """The value, or that of real pictures where it is better than theirs: to be more like the
    reference than real pictures are is no merit, but crowding, or copying."""
    if score.real is None or score.better == "none":
        return score.value
    return (min if score.better == "higher" else max)(score.value, score.real)


def _ahead(one: str, other: str, value: float, score: Score) -> str | None:
    if score.better == "none":
        return None
    return one if (value > 0) == (score.better == "higher") else other
