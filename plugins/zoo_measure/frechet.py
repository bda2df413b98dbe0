"""The Fréchet distance."""

from __future__ import annotations

from zoo.evaluation.frechet import frechet_distance, moments
from zoo.evaluation.seen import Seen
from zoo.measure import Prepared


class Frechet:
    """Keeps the reference's moments."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del train
        assert reference is not None  # asked for by the measure's needs
        known = moments(reference.features)
        return lambda seen: frechet_distance(seen.features, known)


def build() -> Frechet:
    """The measure's factory."""
    return Frechet()
