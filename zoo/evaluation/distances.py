"""Euclidean distances between two sets of features, block by block, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from zoo.errors import UsageError

from .arrays import Features

BLOCK_BYTES = 64 * 2**20
"""Of one block of distances; two or three of its size exist at once."""


def distance_blocks(a: Features, b: Features) -> Iterator[tuple[slice, Features]]:
    """Squared distances of rows of ``a`` to all of ``b``: (rows, float64 (rows, len(b))).

    By |a|^2 + |b|^2 - 2ab about b's mean; what lies within rounding of zero is zero.
    """
    centre = b.mean(axis=0)
    b = b - centre
    b_norms = np.einsum("nd,nd->n", b, b)
    rounding = b.shape[1] * np.finfo(np.float64).eps
    for rows in row_blocks(len(a), len(b)):
        block = a[rows] - centre
        norms = np.einsum("nd,nd->n", block, block)[:, None] + b_norms
        squared = block @ b.T
        squared *= -2
        squared += norms
        norms *= rounding
        squared[squared <= norms] = 0
        yield rows, squared


def row_blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of as many rows of a float64 matrix as :data:`BLOCK_BYTES` hold, at least one."""
    step = max(1, BLOCK_BYTES // (8 * columns))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


class Radii(NamedTuple):
    """Squared radii (N,) of neighbourhoods: less and more by what rounding can do to a distance.
    What lies between the two lies on the sphere."""

    inner: Features
    outer: Features


def neighbour_radii(features: Features, k: int) -> Radii:
    """Squared distance of each row to its ``k``-th nearest other row.

    Raises UsageError unless there are more than ``k`` rows, ``k`` at least 1.
    """
    if not 1 <= k < len(features):
        raise UsageError(
            f"k is {k} among {len(features)} pictures; expected at least 1 and fewer than pictures"
        )
    radii = np.empty(len(features))
    for rows, squared in distance_blocks(features, features):
        here = np.arange(rows.start, rows.stop)
        squared[here - rows.start, here] = np.inf
        radii[rows] = np.partition(squared, k - 1, axis=1)[:, k - 1]
    centred = features - features.mean(axis=0)
    norms = np.einsum("nd,nd->n", centred, centred)
    # Of what is as far from a row as its radius, |x|^2 is at most 2 |row|^2 + 2 radius.
    rounding = features.shape[1] * np.finfo(np.float64).eps * (3 * norms + 2 * radii)
    return Radii(radii - rounding, radii + rounding)
