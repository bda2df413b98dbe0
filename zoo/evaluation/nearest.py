"""The nearest reference picture of each sample: does a generator copy what it was trained on?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Features, as_pair
from .distances import distance_blocks


class Nearest(NamedTuple):
    """One entry for each sample: Euclidean distance, float64 (N,), and the row, int64 (N,)."""

    distances: Features
    indices: NDArray[np.int64]


def nearest(samples: ArrayLike, reference: ArrayLike) -> Nearest:
    """The nearest row of ``reference`` (M, D) to each of ``samples`` (N, D). Raises UsageError.

    Read the distances of samples beside those of held-out pictures to the same reference: nearer
    than those is memorising.
    """
    x, y = as_pair(samples, reference)
    distances = np.empty(len(x))
    indices = np.empty(len(x), dtype=np.int64)
    for rows, squared in distance_blocks(x, y):
        indices[rows] = squared.argmin(axis=1)
        distances[rows] = np.sqrt(squared.min(axis=1))
    return Nearest(distances, indices)
