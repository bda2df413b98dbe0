"""Labels and pictures in the proportions of a reference split, drawn with a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoo.errors import UsageError

Labels = NDArray[np.int64]


def proportional_labels(reference: Labels, n: int, *, seed: int) -> Labels:
    """``n`` labels, shuffled, int64 (n,), in the proportions of ``reference`` (M,).

    Every label gets its share of ``n`` rounded up or down, the remainder drawn by systematic
    sampling (W. G. Cochran, "Sampling Techniques", 1977, 8.1), so that each is right on average.
    Raises UsageError.
    """
    if reference.ndim != 1 or not len(reference) or reference.min() < 0:
        raise UsageError(f"expected labels (M,) from 0; got shape {reference.shape}")
    if n < 1:
        raise UsageError(f"n is {n}; expected at least 1")
    rng = np.random.default_rng(seed)
    cumulated = np.bincount(reference).cumsum() * n / len(reference)
    ends = np.floor(cumulated + rng.random()).astype(np.int64)
    ends[-1] = n  # also where adding has rounded up
    counts = np.diff(ends, prepend=0)
    return rng.permutation(np.repeat(np.arange(len(counts)), counts))


def proportional_rows(labels: Labels, reference: Labels, n: int, *, seed: int) -> NDArray[np.int64]:
    """``n`` different rows of ``labels``, whose labels are in the proportions of ``reference``.

    Raises UsageError where a label has too few rows.
    """
    wanted = np.bincount(proportional_labels(reference, n, seed=seed))
    rng = np.random.default_rng([seed, 1])
    rows = []
    for label, count in enumerate(wanted):
        found = np.flatnonzero(labels == label)
        if len(found) < count:
            raise UsageError(
                f"label {label} has {len(found)} pictures, {count} are needed for {n} in the "
                "reference's proportions; ask for fewer"
            )
        rows.append(rng.choice(found, count, replace=False))
    return rng.permutation(np.concatenate(rows))
