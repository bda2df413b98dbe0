"""Whether a classifier sees the label that was asked for.

A classifier trained on real pictures reads generated ones: "GAN-test" of K. Shmelkov et al., "How
good is my GAN?" (2018, arXiv:1807.09499).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zoo.errors import UsageError

from .arrays import as_features


def label_accuracy(logits: ArrayLike, labels: NDArray[np.int64], *, top: int = 1) -> float:
    """Share of ``logits`` (N, K) in which the asked label is among the ``top`` highest.

    ``labels`` holds indices into K, (N,). Of equal logits the lower index comes first, as in
    argmax. Raises UsageError.
    """
    scores = as_features(logits, "logits")
    count, classes = scores.shape
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise UsageError(f"{count} rows of logits need as many labels; got {labels.shape}")
    if labels.min() < 0 or labels.max() >= classes:
        raise UsageError(f"labels lie from 0 to {classes - 1}; got {labels.min()}, {labels.max()}")
    if not 1 <= top <= classes:
        raise UsageError(f"top is {top}; expected 1 to {classes}")
    asked = scores[np.arange(count), labels][:, None]
    before = np.arange(classes) < labels[:, None]
    rank = ((scores > asked) | ((scores == asked) & before)).sum(axis=1)
    return float((rank < top).mean())
