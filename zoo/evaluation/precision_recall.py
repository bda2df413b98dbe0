"""Improved precision and recall: fidelity and variety apart.

T. Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models"
(2019, arXiv:1904.06991). A set's manifold is the union of balls around its features, each as wide
as the distance to the k-th nearest other one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import as_pair
from .distances import distance_blocks, neighbour_radii


class PrecisionRecall(NamedTuple):
    """Shares from 0 to 1."""

    precision: float
    """Of samples that lie on the reference's manifold."""
    recall: float
    """Of the reference that lies on the samples' manifold."""


def precision_recall(samples: ArrayLike, reference: ArrayLike, *, k: int) -> PrecisionRecall:
    """Of features (N, D), each of more than ``k`` rows; the paper takes ``k`` = 3.

    Both grow with ``k``; a set's neighbourhoods shrink as it grows, so recall falls with the number
    of samples and precision with that of the reference: compare only equal ones. Raises UsageError.
    """
    x, y = as_pair(samples, reference)
    sample_radii, reference_radii = neighbour_radii(x, k), neighbour_radii(y, k)
    precise = np.zeros(len(x), dtype=bool)
    recalled = np.zeros(len(y), dtype=bool)
    for rows, squared in distance_blocks(x, y):
        precise[rows] = (squared <= reference_radii.outer).any(axis=1)
        recalled |= (squared <= sample_radii.outer[rows, None]).any(axis=0)
    return PrecisionRecall(float(precise.mean()), float(recalled.mean()))
