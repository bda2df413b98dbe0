"""The inception score: whether a classifier is sure of each picture and sees every label.

T. Salimans et al., "Improved Techniques for Training GANs" (2016, arXiv:1606.03498, section 4),
there with the Inception network's 1,000 labels. Of another classifier it is another score: a set
may be wrong in every way that the classifier does not look at. S. Barratt and R. Sharma, "A Note
on the Inception Score" (2018, arXiv:1801.01973), say what it does not measure.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from zoo.errors import UsageError

from .arrays import Features, as_features


class InceptionScore(NamedTuple):
    """Mean and standard deviation over the splits; 1 to the number of labels."""

    mean: float
    deviation: float


def inception_score(logits: ArrayLike, *, splits: int = 1) -> InceptionScore:
    """exp(E[KL(p(label | picture) | p(label))]) of ``logits`` (N, K), natural, before softmax.

    The paper averages over ``splits`` = 10 runs of rows; each then has fewer rows to see every
    label in, and scores lower. Raises UsageError.
    """
    x = as_features(logits, "logits")
    if not 1 <= splits <= len(x):
        raise UsageError(f"{splits} splits of {len(x)} pictures; expected at least 1, 1 a split")
    log_p = x - x.max(axis=1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    ends = [i * len(x) // splits for i in range(splits + 1)]
    scores = [_score(log_p[a:b]) for a, b in itertools.pairwise(ends)]
    return InceptionScore(float(np.mean(scores)), float(np.std(scores)))


def _score(log_p: Features) -> float:
    p = np.exp(log_p)
    marginal = p.mean(axis=0)
    log_marginal = np.log(np.where(marginal > 0, marginal, 1))  # where it is 0, so is every p
    return float(np.exp((p * (log_p - log_marginal)).sum(axis=1).mean()))
