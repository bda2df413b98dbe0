"""The Fréchet distance between Gaussians fitted to two sets of features.

D. C. Dowson and B. V. Landau, "The Fréchet distance between multivariate normal distributions",
Journal of Multivariate Analysis 12 (1982); as a measure of generators M. Heusel et al., "GANs
Trained by a Two Time-Scale Update Rule" (2017, arXiv:1706.08500), there on Inception features.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Features, as_features, as_pair


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

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). The last trace is the sum of the singular values of
    C1^(1/2) C2^(1/2): real and stable also for singular covariances, where a general matrix square
    root of C1 C2 turns complex.
    """
    one, other = (x if isinstance(x, Moments) else moments(x) for x in (samples, reference))
    means, _ = as_pair(one.mean[None], other.mean[None])
    apart = np.sum((means[0] - other.mean) ** 2)
    spread = np.trace(one.covariance) + np.trace(other.covariance)
    product = _root(one.covariance) @ _root(other.covariance)
    shared = np.linalg.svd(product, compute_uv=False).sum()
    return max(0.0, float(apart + spread - 2 * shared))


def _root(covariance: Features) -> Features:
    """The symmetric square root; eigenvalues within rounding of zero (or below it) count as zero,
    for a root would make them large."""
    values, vectors = np.linalg.eigh(covariance)
    values[values < len(values) * np.finfo(np.float64).eps * values[-1]] = 0
    root: Features = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    return root
