"""Memorisation: copies are flagged, new pictures are not."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.evaluation.copying import Copying, copying, near_limit
from zoo.evaluation.nearest import nearest


def found(samples: np.ndarray, train: np.ndarray, held_out: np.ndarray) -> Copying:
    return copying(nearest(samples, train).distances, nearest(held_out, train).distances)


def gaussian(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 16))


TRAIN, HELD_OUT = gaussian(2000, 0), gaussian(1000, 1)


def test_a_memorised_set_is_flagged() -> None:
    said = found(TRAIN[:500], TRAIN, HELD_OUT)
    assert (said.median, said.near) == (0, 1)
    assert said.held_out_median > 1
    assert said.chance < 1e-12
    assert said.flagged
    blurred = found(TRAIN[:500] + 0.01 * gaussian(500, 2), TRAIN, HELD_OUT)
    assert blurred.flagged


def test_some_copies_among_new_pictures_are_flagged() -> None:
    some = np.concatenate([TRAIN[:25], gaussian(475, 3)])
    said = found(some, TRAIN, HELD_OUT)
    assert said.median == pytest.approx(said.held_out_median, rel=0.05)  # nothing to be seen here
    assert 0.05 <= said.near < 0.08
    assert said.flagged


def test_new_pictures_are_not_flagged_more_often_than_stated() -> None:
    rng = np.random.default_rng(4)
    said = [copying(rng.exponential(size=300), rng.exponential(size=200)) for _ in range(2000)]
    assert np.mean([s.near for s in said]) == pytest.approx(2 / 201, rel=0.1)
    assert np.mean([s.flagged for s in said]) <= 0.004  # 0.001 are expected; 8 would be rare
    for level in (0.05, 0.2):
        assert np.mean([s.chance <= level for s in said]) <= level + 0.01
    assert np.mean([s.chance <= 0.2 for s in said]) > 0.1  # it is no bound that says nothing


def test_few_held_out_pictures_set_the_limit_by_their_nearest() -> None:
    assert near_limit([3.0, 1.0, 2.0]) == 1
    assert near_limit(np.arange(1, 1001)) == 10
    assert copying([0.5, 5], [3.0, 1.0, 2.0]).near == 0.5
    with pytest.raises(UsageError, match="held-out distances: expected features"):
        copying([1.0], [])
    with pytest.raises(UsageError, match="not finite"):
        copying([np.nan], [1.0])
