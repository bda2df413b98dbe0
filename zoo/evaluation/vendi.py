"""The Vendi score: the effective number of different pictures in a set, without a reference.

D. Friedman and A. B. Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning"
(2023, arXiv:2210.02410): the exponential of the entropy of the eigenvalues of K/N, where K holds
the similarities of all pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from zoo.errors import UsageError

from .arrays import Features, as_features


def vendi_score(features: ArrayLike) -> float:
    """Of features (N, D) under the cosine kernel: 1 (all alike) to min(N, D).

    X X' / N and X'X / N have the same eigenvalues but for zeros, so the smaller is decomposed. The
    score grows with N until every kind of picture has been seen. Raises UsageError.
    """
    x = as_features(features, "features")
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    if not lengths.all():
        raise UsageError(
            f"the features of {int((lengths == 0).sum())} pictures are all zero, which has no "
            "direction to compare; is the network damaged?"
        )
    unit = x / lengths
    gram = unit @ unit.T if len(unit) < unit.shape[1] else unit.T @ unit
    return vendi_score_of(gram / len(unit))


def vendi_score_of(kernel: Features) -> float:
    """Of a kernel matrix over its N pictures, symmetric and of trace 1, or its dual."""
    values = np.linalg.eigvalsh(kernel)
    values = values[values > 0]
    return float(np.exp(-(values * np.log(values)).sum()))
