"""The kernel distance: maximum mean discrepancy under a cubic polynomial kernel.

M. Bińkowski et al., "Demystifying MMD GANs" (2018, arXiv:1801.01401); the unbiased estimator is
A. Gretton et al., "A Kernel Two-Sample Test" (JMLR 2012), lemma 6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from zoo.errors import UsageError

from .arrays import Features, as_pair
from .distances import row_blocks


class KernelDistance(NamedTuple):
    """Mean and standard deviation of the squared discrepancy over the subsets."""

    mean: float
    deviation: float


def kernel_distance(
    samples: ArrayLike,
    reference: ArrayLike,
    *,
    subsets: int = 100,
    size: int = 1000,
    seed: int = 0,
) -> KernelDistance:
    """Unbiased squared discrepancy of features (N, D), averaged over random subsets.

    Each of the ``subsets`` draws ``size`` rows without replacement from both (all rows of a set
    that has fewer). Being unbiased, it lies around 0 for equal distributions, and may be below.
    Raises UsageError.
    """
    x, y = as_pair(samples, reference, least=2)
    if subsets < 1 or size < 2:
        raise UsageError(f"{subsets} subsets of {size} pictures; expected at least 1 of 2")
    rng = np.random.default_rng(seed)
    values = [
        discrepancy(*(s[rng.choice(len(s), min(size, len(s)), replace=False)] for s in (x, y)))
        for _ in range(subsets)
    ]
    return KernelDistance(float(np.mean(values)), float(np.std(values)))


def discrepancy(samples: ArrayLike, reference: ArrayLike) -> float:
    """The unbiased squared discrepancy of whole sets (N, D), (M, D), N and M at least 2: what
    :func:`kernel_distance` estimates by its subsets, with the least variance. Raises UsageError."""
    x, y = as_pair(samples, reference, least=2)
    return mean_similarity(x) + mean_similarity(y) - 2 * float(similarities(x, y).mean())


def similarities(x: Features, y: Features) -> Features:
    """The mean kernel (N,) of each of ``x`` (N, D) with all of ``y`` (M, D)."""
    means = [_kernel(x[rows], y).mean(axis=1) for rows in row_blocks(len(x), len(y))]
    return np.concatenate(means)


def mean_similarity(x: Features) -> float:
    """The mean kernel of pairs of different rows of ``x`` (N, D), N at least 2."""
    total = sum(float(_kernel(x[rows], x).sum()) for rows in row_blocks(len(x), len(x)))
    own = (np.einsum("nd,nd->n", x, x) / x.shape[1] + 1) ** 3
    return (total - float(own.sum())) / (len(x) * (len(x) - 1))


def _kernel(x: Features, y: Features) -> Features:
    inner: Features = x @ y.T
    inner /= x.shape[1]
    inner += 1
    inner *= inner * inner
    return inner
