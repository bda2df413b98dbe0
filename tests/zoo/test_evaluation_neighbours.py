"""Precision, recall and nearest neighbours, against closed forms and a slow reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.errors import UsageError
from zoo.evaluation import distances
from zoo.evaluation.nearest import nearest
from zoo.evaluation.precision_recall import precision_recall


def gaussian(n: int, d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def slow_share_inside(x: np.ndarray, manifold: np.ndarray, k: int) -> float:
    """Of ``x`` within reach of a point of ``manifold``, by the paper's definition."""
    inside = 0
    for point in x:
        for i, centre in enumerate(manifold):
            others = np.linalg.norm(np.delete(manifold, i, axis=0) - centre, axis=1)
            if np.linalg.norm(point - centre) <= np.sort(others)[k - 1]:
                inside += 1
                break
    return inside / len(x)


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 15), st.integers(4, 15), st.integers(1, 3), st.integers(0, 999))
def test_precision_and_recall_are_those_of_the_paper(n: int, m: int, k: int, seed: int) -> None:
    x, y = gaussian(n, 3, seed), gaussian(m, 3, seed + 1000) + 1
    found = precision_recall(x, y, k=k)
    assert found.precision == slow_share_inside(x, y, k)
    assert found.recall == slow_share_inside(y, x, k)
    turned = precision_recall(y, x, k=k)
    assert (turned.recall, turned.precision) == (found.precision, found.recall)
    assert precision_recall(x * 4 + 1, y * 4 + 1, k=k) == found


def test_same_set_and_sets_far_apart() -> None:
    x = gaussian(300, 20, 0)
    assert precision_recall(x, x, k=1) == (1, 1)
    assert precision_recall(x, x + 100, k=5) == (0, 0)
    doubled = np.concatenate([x, x]) + 1e4  # radii of zero, and far from the origin
    assert precision_recall(doubled, doubled[::-1], k=1) == (1, 1)


def test_a_generator_of_one_mode_has_precision_without_recall() -> None:
    reference = np.concatenate([gaussian(200, 4, 1), gaussian(200, 4, 2) + 50])
    found = precision_recall(gaussian(400, 4, 3) * 0.5, reference, k=3)
    assert found.precision > 0.9
    assert 0.1 < found.recall < 0.5


def test_nearest_finds_distance_and_row() -> None:
    reference = gaussian(70, 6, 0)
    samples = np.concatenate([reference[[11, 5]], gaussian(30, 6, 1)])
    found = nearest(samples, reference)
    slow = np.linalg.norm(samples[:, None] - reference[None], axis=2)
    assert found.distances == pytest.approx(slow.min(axis=1), abs=1e-12)
    assert (found.indices == slow.argmin(axis=1)).all()
    assert found.distances[:2].tolist() == [0, 0]
    assert found.indices[:2].tolist() == [11, 5]


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gaussian(100, 5, 0), gaussian(90, 5, 1)
    whole = precision_recall(x, y, k=3), nearest(x, y)
    monkeypatch.setattr(distances, "BLOCK_BYTES", 8 * 90 * 7)  # 7 rows
    assert len(list(distances.distance_blocks(x, y))) == 15
    parts = precision_recall(x, y, k=3), nearest(x, y)
    assert parts[0] == whole[0]
    assert parts[1].distances == pytest.approx(whole[1].distances, rel=1e-12)
    assert (parts[1].indices == whole[1].indices).all()


@pytest.mark.parametrize("k", [0, 5])
def test_k_must_fit_the_number_of_pictures(k: int) -> None:
    with pytest.raises(UsageError, match=f"k is {k} among 5 pictures"):
        precision_recall(gaussian(5, 3, 0), gaussian(9, 3, 1), k=k)
