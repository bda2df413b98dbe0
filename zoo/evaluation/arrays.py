"""What every measure takes: finite feature vectors, one row a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zoo.errors import UsageError

Features = NDArray[np.float64]


def as_features(values: ArrayLike, name: str, *, least: int = 1) -> Features:
    """``values`` as float64 (N, D); ``name`` is what an error calls them.

    Raises UsageError unless there are ``least`` rows of at least one number, all finite.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name}: expected an array of numbers (N, D); {error}") from error
    if array.ndim != 2 or len(array) < least or not array.shape[1]:
        raise UsageError(
            f"{name}: expected features (N, D) of at least {least} pictures; got {array.shape}"
        )
    if not np.isfinite(array).all():
        raise UsageError(f"{name}: some features are not finite; is a picture or network damaged?")
    return array


def as_pair(
    samples: ArrayLike, reference: ArrayLike, *, least: int = 1
) -> tuple[Features, Features]:
    """Both by :func:`as_features`. Raises UsageError also where they differ in dimension."""
    one = as_features(samples, "samples", least=least)
    other = as_features(reference, "reference", least=least)
    if one.shape[1] != other.shape[1]:
        raise UsageError(
            f"samples have {one.shape[1]} features, the reference {other.shape[1]}; "
            "measure both with the same judge"
        )
    return one, other
