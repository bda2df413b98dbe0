"""Whether samples lie nearer to the train pictures than new pictures do: memorisation.

C. Meehan, K. Chaudhuri and S. Dasgupta, "A Non-Parametric Test to Detect Data-Copying in Generative
Models" (2020, arXiv:2004.05675): distances to the nearest train picture, of samples and of pictures
held out. Their test asks whether samples are nearer as a whole; here it is also asked whether some
of them are, for a generator that copies now and then is caught by the few nearest only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import as_features

NEAR = 0.01
"""A sample is near where it is nearer than all but this share of held-out pictures."""
CHANCE = 0.001
"""A chance below this is no chance."""


class Copying(NamedTuple):
    """What the distances say."""

    median: float
    """Of samples to their nearest train picture."""
    held_out_median: float
    near: float
    """Share of samples that are nearer than all but 1 % of held-out pictures; 0.01 is expected."""
    chance: float
    """Of so many or more near samples, were they new pictures like the held-out ones."""

    @property
    def flagged(self) -> bool:
        """Whether that is too unlikely: some samples are copies."""
        return self.chance < CHANCE


def copying(distances: ArrayLike, held_out: ArrayLike) -> Copying:
    """Of Euclidean distances (N,) and (M,) to the nearest train picture
    (:func:`zoo.evaluation.nearest.nearest`).

    Were all pictures of one kind, the number of samples below the j-th nearest of M held-out
    pictures would follow a beta-binomial distribution, whatever the distances. Raises UsageError.
    """
    from scipy.stats import betabinom

    samples = as_features(np.reshape(distances, (-1, 1)), "distances")[:, 0]
    others = as_features(np.reshape(held_out, (-1, 1)), "held-out distances")[:, 0]
    limit = near_limit(others)
    rank = _rank(len(others))
    count = int((samples < limit).sum())
    chance = float(betabinom.sf(count - 1, len(samples), rank, len(others) + 1 - rank))
    return Copying(
        float(np.median(samples)), float(np.median(others)), count / len(samples), chance
    )


def near_limit(held_out: ArrayLike) -> float:
    """The distance below which a picture is near: that of the nearest 1 % of held-out ones."""
    others = np.sort(np.asarray(held_out, dtype=np.float64))
    return float(others[_rank(len(others)) - 1])


def _rank(count: int) -> int:
    return max(1, round(NEAR * count))
