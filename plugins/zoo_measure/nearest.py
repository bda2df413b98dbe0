"""How near pictures come to what the model was trained on."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np

from zoo.evaluation.arrays import Features
from zoo.evaluation.copying import near_limit
from zoo.evaluation.nearest import nearest
from zoo.evaluation.seen import Seen
from zoo.measure import Prepared

from .whole import once, whole_of

_distances: WeakKeyDictionary[Seen, Callable[[Seen], Features]] = WeakKeyDictionary()
"""By train set: the distance of each picture of a set to the nearest of them."""


def _to(train: Seen) -> Callable[[Seen], Features]:
    if train not in _distances:
        features = train.features
        _distances[train] = once(lambda whole: nearest(whole.features, features).distances)
    return _distances[train]


def _of(seen: Seen, distances: Callable[[Seen], Features]) -> Features:
    found = distances(whole_of(seen))
    return found if seen.rows is None else found[seen.rows]


class NearestTrainDistance:
    """The median distance to the nearest train picture."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del reference
        assert train is not None  # asked for by the measure's needs
        distances = _to(train)
        return lambda seen: float(np.median(_of(seen, distances)))


class NearTrainShare:
    """The share that is nearer to a train picture than all but 1 % of held-out pictures, which
    stand in place of the reference."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        assert reference is not None
        assert train is not None
        distances = _to(train)
        limit = near_limit(_of(reference, distances))
        return lambda seen: float((_of(seen, distances) < limit).mean())


def distance() -> NearestTrainDistance:
    """The factory of ``nearest_train_distance``."""
    return NearestTrainDistance()


def share() -> NearTrainShare:
    """The factory of ``near_train_share``."""
    return NearTrainShare()
