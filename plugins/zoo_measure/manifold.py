"""Precision, recall, density and coverage, which share one comparison of a set with a reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from zoo.evaluation.density_coverage import density_coverage
from zoo.evaluation.manifolds import Manifolds, ReferenceManifold, Rows
from zoo.evaluation.precision_recall import precision_recall
from zoo.evaluation.seen import Seen
from zoo.measure import Prepared

from .whole import once, whole_of

K = 5
"""Neighbours that a neighbourhood is wide, in all four: as in the paper of density and coverage.
The paper of precision and recall takes 3."""
MOST_PAIRS = 10**9
"""Of samples and reference pictures that are kept for the parts of a set: 1.1 GB."""

_compared: WeakKeyDictionary[Seen, Callable[[Seen], Manifolds]] = WeakKeyDictionary()
"""By reference: a set beside it, for all four measures."""


def _beside(reference: Seen) -> Callable[[Seen], Manifolds]:
    if reference not in _compared:
        known = ReferenceManifold(reference.features, K)
        _compared[reference] = once(lambda whole: Manifolds(whole.features, known))
    return _compared[reference]


@dataclass(frozen=True)
class OfManifolds:
    """One of the four: of ``quick`` for sets that fit, of ``direct`` for larger ones."""

    quick: Callable[[Manifolds, Rows], float]
    direct: Callable[[Seen, Seen], float]

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del train
        assert reference is not None  # asked for by the measure's needs
        return partial(self._measured, reference, _beside(reference))

    def _measured(self, reference: Seen, beside: Callable[[Seen], Manifolds], seen: Seen) -> float:
        whole = whole_of(seen)
        if len(whole) * len(reference) > MOST_PAIRS:
            return self.direct(seen, reference)
        return self.quick(beside(whole), seen.rows)


def precision() -> OfManifolds:
    """The factory of ``precision``."""
    return OfManifolds(
        Manifolds.precision,
        lambda s, r: precision_recall(s.features, r.features, k=K).precision,
    )


def recall() -> OfManifolds:
    """The factory of ``recall``."""
    return OfManifolds(
        Manifolds.recall, lambda s, r: precision_recall(s.features, r.features, k=K).recall
    )


def density() -> OfManifolds:
    """The factory of ``density``."""
    return OfManifolds(
        Manifolds.density, lambda s, r: density_coverage(s.features, r.features, k=K).density
    )


def coverage() -> OfManifolds:
    """The factory of ``coverage``."""
    return OfManifolds(
        Manifolds.coverage, lambda s, r: density_coverage(s.features, r.features, k=K).coverage
    )
