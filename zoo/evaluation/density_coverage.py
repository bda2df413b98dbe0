"""Density and coverage: fidelity and variety, counted by the reference's neighbourhoods alone.

M. F. Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models" (2020,
arXiv:2002.09797). A neighbourhood is the open ball around a reference picture's features, as wide
as the distance to the k-th nearest other one. An outlier among the samples widens nothing here, as
it does in recall, and one among the reference counts once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import as_pair
from .distances import distance_blocks, neighbour_radii


class DensityCoverage(NamedTuple):
    """What both say."""

    density: float
    """Neighbourhoods that a sample lies in, over ``k``: around 1 for equal distributions, more
    where samples crowd where the reference is dense."""
    coverage: float
    """Share, 0 to 1, of neighbourhoods in which a sample lies."""


def density_coverage(samples: ArrayLike, reference: ArrayLike, *, k: int = 5) -> DensityCoverage:
    """Of features (N, D), the reference of more than ``k`` rows; 5 is the paper's ``k``.

    Coverage grows with the number of samples, so compare only equal ones; of equal distributions
    and as many samples as reference pictures it is about 1 - 2^-k. Raises UsageError.
    """
    x, y = as_pair(samples, reference)
    radii = neighbour_radii(y, k)
    inside, covered = 0, np.zeros(len(y), dtype=bool)
    for _, squared in distance_blocks(x, y):
        near = squared < radii.inner
        inside += int(near.sum())
        covered |= near.any(axis=0)
    return DensityCoverage(inside / (k * len(x)), float(covered.mean()))
