"""The Fréchet distance between Gaussians fitted to two sets of features.

D. C. Dowson and B. V. Landau, "The Fréchet distance between multivariate normal distributions",
Journal of Multivariate Analysis 12 (1982); as a measure of generators M. Heusel et al., "GANs
Trained by a Two Time-Scale Update Rule" (2017, arXiv:1706.08500), there on Inception features.

It is |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). With any F such that FF' = C, the last trace is
the sum of the singular values of F1'F2: real and stable also for singular covariances, where a
general matrix square root of C1 C2 turns complex.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Features, as_features, as_pair
from .nuclear import nuclear_norm, quick_nuclear_norm

ENOUGH = 1e-6
"""Of a distance, relative: where the quick way may err by more, the exact way is taken."""


class Moments(NamedTuple):
    """Mean (D,) and unbiased covariance (D, D), float64."""

    mean: Features
    covariance: Features


def moments(features: ArrayLike) -> Moments:
    """Of features (N, D), N at least 2. Raises UsageError."""
    x = as_features(features, "features", least=2)
    mean = x.mean(axis=0)
    centred = x - mean
    return Moments(mean, centred.T @ centred / (len(x) - 1))


def frechet_distance(samples: ArrayLike | Moments, reference: ArrayLike | Moments) -> float:
    """The squared Wasserstein-2 distance of the two Gaussians, as the field reports it: >= 0.

    Each is features (N, D) or their :class:`Moments`. With few pictures the value is biased
    upwards, so compare only sets of the same N. Raises UsageError.
    """
    known = FrechetReference(reference)
    if not isinstance(samples, Moments):
        return known.distance(samples)
    as_pair(samples.mean[None], known.mean[None])
    apart = float(np.sum((samples.mean - known.mean) ** 2))
    spread = float(np.trace(samples.covariance)) + known.trace
    return _distance(apart + spread, _factor(samples.covariance).T @ known.factor)


class FrechetReference:
    """One reference for many sets: what depends on it alone is computed once.

    ``mean`` (D,), ``trace`` of the covariance, and ``factor`` (D, R), whose FF' is the covariance.
    """

    def __init__(self, reference: ArrayLike | Moments) -> None:
        found = reference if isinstance(reference, Moments) else moments(reference)
        self.mean, self.trace = found.mean, float(np.trace(found.covariance))
        self.factor = _factor(found.covariance)

    def project(self, features: ArrayLike) -> Features:
        """Features (N, D) on the reference's principal axes: (N, R), R at most D, for
        :meth:`distance` of them or of a part. Raises UsageError."""
        x, mean = as_pair(features, self.mean[None])
        projected: Features = (x - mean) @ self.factor
        return projected

    def distance(self, features: ArrayLike, projected: Features | None = None) -> float:
        """:func:`frechet_distance` of features (N, D); ``projected`` is :meth:`project` of them,
        where it is known. Raises UsageError."""
        x, _ = as_pair(as_features(features, "samples", least=2), self.mean[None])
        rows = self.project(x) if projected is None else projected
        apart = float(np.sum((x.mean(axis=0) - self.mean) ** 2))
        spread = float(x.var(axis=0, ddof=1).sum()) + self.trace
        centred = (rows - rows.mean(axis=0)) / np.sqrt(len(rows) - 1)
        return _distance(apart + spread, centred)


def _distance(total: float, product: Features) -> float:
    """``total`` less twice the nuclear norm of ``product``; quickly where that is near enough."""
    quick = quick_nuclear_norm(product)
    found = total - 2 * quick.value
    if 2 * quick.error > ENOUGH * found:
        found = total - 2 * nuclear_norm(product)
    return max(0.0, found)


def _factor(covariance: Features) -> Features:
    """F (D, R) with FF' = ``covariance``: eigenvectors by the roots of their eigenvalues. Those
    within rounding of zero (or below it) are left out, for a root would make them large."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(np.float64).eps * values[-1]
    factor: Features = vectors[:, kept] * np.sqrt(values[kept])
    return factor
