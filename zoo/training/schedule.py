"""Learning rates over a run: warm-up, a constant stretch, decay."""

from __future__ import annotations

import math

from .recipe import Recipe

LONGEST_WARMUP = 0.2
"""Of a run: a short one would end before a long warm-up does, having learned nothing."""


def rate_factor(recipe: Recipe, images: int, fraction: float) -> float:
    """What the learning rates are multiplied by, in [0, 1].

    ``images`` were seen when the step is done (so that the first step moves, too), ``fraction`` of
    the run lies behind it.
    """
    warm = 1.0
    if recipe.warmup:
        warm = min(1.0, max(images / recipe.warmup, fraction / LONGEST_WARMUP))
    return warm * _decay(recipe, fraction)


def _decay(recipe: Recipe, fraction: float) -> float:
    """1 up to ``decay_from`` of the run, then down to ``decay_to``."""
    start, end = recipe.decay_from, recipe.decay_to
    if fraction <= start:
        return 1.0
    done = min(1.0, (fraction - start) / (1 - start))
    if recipe.schedule == "cosine":
        done = (1 - math.cos(math.pi * done)) / 2
    return 1 + (end - 1) * done
