"""Precision, recall, density and coverage of one set and of many parts of it, from one comparison.

They are those of :mod:`.precision_recall` and :mod:`.density_coverage`. A part of the samples has
the reference's neighbourhoods unchanged, so which samples lie in which is looked up. Its own
neighbourhoods are wider than the whole set's: for each pair of a sample and a reference picture it
is kept how many other samples lie nearer to that sample, which answers for a neighbourhood of any
width.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zoo.errors import UsageError

from .arrays import Features, as_features, as_pair
from .distances import distance_blocks, neighbour_radii
from .precision_recall import precision_recall

KEPT = 64
"""Nearest other samples that are kept of each; a half of a set holds 5 of them all but surely."""
Rows = NDArray[np.int64] | None


class ReferenceManifold:
    """A reference's features (M, D) and the radii of its neighbourhoods, k wide.

    Raises UsageError."""

    def __init__(self, reference: ArrayLike, k: int) -> None:
        self.features, self.k = as_features(reference, "reference"), k
        self.radii = neighbour_radii(self.features, k)


class Manifolds:
    """A set of samples (N, D) beside a reference. Each method takes rows of the samples, which may
    be None for all.

    Keeps N x M x 9/8 bytes (28 MB for 5,000 of each) beside the features, and needs three blocks of
    :data:`zoo.evaluation.distances.BLOCK_BYTES` while it is made. Raises UsageError.
    """

    def __init__(self, samples: ArrayLike, reference: ReferenceManifold) -> None:
        x, y = as_pair(samples, reference.features)
        self.reference, self.samples = reference, x
        self._neighbours, near = _nearest_others(x, reference.k)
        self._inside = np.empty(len(x), dtype=np.int64)
        self._precise = np.empty(len(x), dtype=bool)
        self._covers = np.empty((len(x), (len(y) + 7) // 8), dtype=np.uint8)
        self._ranks = np.empty((len(x), len(y)), dtype=np.uint8)
        for rows, squared in distance_blocks(x, y):
            self._precise[rows] = (squared <= reference.radii.outer).any(axis=1)
            covers = squared < reference.radii.inner
            self._inside[rows] = covers.sum(axis=1)
            self._covers[rows] = np.packbits(covers, axis=1)
            for row, distances in enumerate(squared, start=rows.start):
                self._ranks[row] = np.searchsorted(near[row], distances)

    def precision(self, rows: Rows = None) -> float:
        """Share of the samples that lie on the reference's manifold."""
        return float(self._precise[self._of(rows)].mean())

    def density(self, rows: Rows = None) -> float:
        """Neighbourhoods of the reference that a sample lies in, over k."""
        inside = self._inside[self._of(rows)]
        return int(inside.sum()) / (self.reference.k * len(inside))

    def coverage(self, rows: Rows = None) -> float:
        """Share of the reference's neighbourhoods that hold a sample."""
        covered = np.bitwise_or.reduce(self._covers[self._of(rows)], axis=0)
        return int(np.bitwise_count(covered).sum()) / len(self.reference.features)

    def recall(self, rows: Rows = None) -> float:
        """Share of the reference that lies on the samples' manifold, k neighbours wide among
        these samples. Raises UsageError where there are not more than k."""
        chosen, k = self._of(rows), self.reference.k
        if len(chosen) <= k:
            raise UsageError(f"k is {k} among {len(chosen)} pictures; expected fewer than pictures")
        among = np.zeros(len(self.samples), dtype=bool)
        among[chosen] = True
        counts = among[self._neighbours[chosen]].cumsum(axis=1, dtype=np.uint8)
        if counts[:, -1].min() < k:  # a small part: too few of those kept
            return precision_recall(self.samples[chosen], self.reference.features, k=k).recall
        widths = (counts < k).sum(axis=1, dtype=np.uint8)  # nearer than the k-th: itself not
        recalled = np.zeros(len(self.reference.features), dtype=bool)
        for row, width in zip(chosen, widths, strict=True):
            recalled |= self._ranks[row] <= width
        return float(recalled.mean())

    def _of(self, rows: Rows) -> NDArray[np.int64]:
        return np.arange(len(self.samples)) if rows is None else rows


def _nearest_others(x: Features, k: int) -> tuple[NDArray[np.int32], Features]:
    """Of each row, which others are nearest, int32 (N, K), and their squared distances."""
    if len(x) <= k:
        raise UsageError(f"k is {k} among {len(x)} pictures; expected fewer than pictures")
    kept = min(max(KEPT, k), len(x) - 1, 255)
    indices = np.empty((len(x), kept), dtype=np.int32)
    distances = np.empty((len(x), kept))
    for rows, squared in distance_blocks(x, x):
        here = np.arange(rows.start, rows.stop)
        squared[here - rows.start, here] = np.inf
        nearest = np.argpartition(squared, kept - 1, axis=1)[:, :kept]
        found = np.take_along_axis(squared, nearest, axis=1)
        order = found.argsort(axis=1)
        indices[rows] = np.take_along_axis(nearest, order, axis=1)
        distances[rows] = np.take_along_axis(found, order, axis=1)
    return indices, distances
