"""The Fréchet distance."""

from __future__ import annotations

from zoo.evaluation.frechet import FrechetReference
from zoo.evaluation.seen import Seen
from zoo.measure import Prepared

from .whole import once, whole_of

MOST_BYTES = 2**30
"""Of a whole set's projections (N x D float64) that are kept for its parts; 65,536 x 2,048."""


class Frechet:
    """Keeps what the reference alone decides, and a set's projections for its halves."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del train
        assert reference is not None  # asked for by the measure's needs
        known = FrechetReference(reference.features)
        projected = once(lambda whole: known.project(whole.features))

        def distance(seen: Seen) -> float:
            whole = whole_of(seen)
            if 8 * len(whole) * known.factor.shape[1] > MOST_BYTES:
                return known.distance(seen.features)
            rows = projected(whole)
            return known.distance(seen.features, rows if seen.rows is None else rows[seen.rows])

        return distance


def build() -> Frechet:
    """The measure's factory."""
    return Frechet()
