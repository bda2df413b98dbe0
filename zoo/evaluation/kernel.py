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
        _discrepancy(*(s[rng.choice(len(s), min(size, len(s)), replace=False)] for s in (x, y)))
        for _ in range(subsets)
    ]
    return KernelDistance(float(np.mean(values)), float(np.std(values)))


def _discrepancy(x: Features, y: Features) -> float:
    return (
        _off_diagonal_mean(_kernel(x, x))
        + _off_diagonal_mean(_kernel(y, y))
        - 2 * float(_kernel(x, y).mean())
    )


def _kernel(x: Features, y: Features) -> Features:
    inner: Features = x @ y.T / x.shape[1] + 1
    return inner * inner * inner


def _off_diagonal_mean(square: Features) -> float:
    n = len(square)
    return float((square.sum() - np.trace(square)) / (n * (n - 1)))
