"""How often people take generated pictures for real ones, and real ones for generated.

S. Zhou et al., "HYPE: A Benchmark for Human eYe Perceptual Evaluation of Generative Models" (2019,
arXiv:1904.01121): as many real as generated pictures, and the share of wrong answers; at 50 % the
pictures cannot be told apart, above it the generated ones look more real than real ones. Where
there are several models or uneven numbers, the share of wrong answers depends on the mixture, and
at 50 % on nothing; so here it is the mean of the two kinds of error, which is HYPE's for equal
numbers: someone who always says "real" scores 50 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .estimate import Estimate, estimate
from .proportion import mean_of_shares, share, weighted_share, wilson


@dataclass(frozen=True)
class ErrorRate:
    """``misses``: generated pictures called real; ``false_alarms``: real ones called generated;
    ``errors``: the mean of both. None where no such picture was judged."""

    errors: Estimate | None
    misses: Estimate | None
    false_alarms: Estimate | None


def error_rate(
    generated: NDArray[np.bool_],
    said_generated: NDArray[np.bool_],
    raters: NDArray[np.int64],
    *,
    seed: int,
) -> ErrorRate:
    """Of N answers: whether the picture was generated, whether the rater said so, and who it was,
    each (N,). Intervals over raters are drawn from ``seed``."""
    wrong = generated != said_generated
    misses = share(wrong[generated], raters[generated], seed=seed)
    alarms = share(wrong[~generated], raters[~generated], seed=seed)
    if misses is None or alarms is None:
        return ErrorRate(None, misses, alarms)

    def balanced(weights: NDArray[np.float64]) -> float:
        kinds = (generated, ~generated)
        return float(np.mean([weighted_share(wrong[k], weights[k]) for k in kinds]))

    ends = [(e.value, wilson(e.value * e.answers, e.answers)) for e in (misses, alarms)]
    errors = estimate(balanced, raters, mean_of_shares(ends[0], ends[1]), seed=seed)
    return ErrorRate(errors, misses, alarms)
