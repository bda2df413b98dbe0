"""Inception score, Vendi score, density, coverage and spectrum distance: closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.errors import UsageError
from zoo.evaluation.density_coverage import density_coverage
from zoo.evaluation.inception_score import inception_score
from zoo.evaluation.spectrum_distance import spectrum_distance
from zoo.evaluation.vendi import vendi_score


def gaussian(n: int, d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_inception_score_of_undecided_decided_and_collapsed_sets() -> None:
    assert inception_score(np.full((9, 7), 3.5)).mean == pytest.approx(1, rel=1e-12)
    sure = np.eye(7)[np.arange(70) % 7] * 1e4  # also where exp would overflow
    assert inception_score(sure).mean == pytest.approx(7, rel=1e-12)
    assert inception_score(sure[::7]).mean == pytest.approx(1, rel=1e-12)


def test_inception_score_of_two_labels_in_closed_form() -> None:
    p = 0.9  # half the pictures: 0.9, 0.1; half: 0.1, 0.9. The marginal is even.
    logits = np.log([[p, 1 - p], [1 - p, p]])
    expected = math.exp(p * math.log(2 * p) + (1 - p) * math.log(2 * (1 - p)))
    assert inception_score(logits).mean == pytest.approx(expected, rel=1e-12)
    assert inception_score(np.array(logits) + np.array([[5], [-3]])).mean == pytest.approx(
        expected, rel=1e-12
    )


def test_splits_of_the_inception_score_see_fewer_labels_each() -> None:
    sure = np.eye(4)[[0, 0, 1, 1, 2, 2, 3, 3]] * 100
    assert inception_score(sure, splits=2) == pytest.approx((2, 0))
    uneven = inception_score(sure[:6], splits=2)  # 0 0 1 and 1 2 2
    assert uneven.mean == pytest.approx(3 / 4 ** (1 / 3), rel=1e-12)
    for splits in (0, 9):
        with pytest.raises(UsageError, match=f"{splits} splits of 8 pictures"):
            inception_score(sure, splits=splits)


@pytest.mark.parametrize("n", [6, 60])
def test_vendi_score_of_k_orthogonal_directions_is_k(n: int) -> None:
    x = np.eye(20)[np.arange(n) % 6] * np.arange(1, n + 1)[:, None]  # lengths do not matter
    assert vendi_score(x) == pytest.approx(6, rel=1e-12)
    assert vendi_score(np.ones((n, 20))) == pytest.approx(1, rel=1e-12)


def test_vendi_score_of_uneven_kinds_is_the_exponential_of_their_entropy() -> None:
    x = np.eye(3)[[0] * 5 + [1] * 3 + [2] * 2]
    entropy = -sum(p * math.log(p) for p in (0.5, 0.3, 0.2))
    assert vendi_score(x) == pytest.approx(math.exp(entropy), rel=1e-12)
    close = np.array([[1, 0], [math.cos(0.1), math.sin(0.1)]])  # eigenvalues (1 +- cos 0.1) / 2
    shares = [(1 + math.cos(0.1)) / 2, (1 - math.cos(0.1)) / 2]
    expected = math.exp(-sum(p * math.log(p) for p in shares))
    assert vendi_score(close) == pytest.approx(expected, rel=1e-12)


@given(st.integers(2, 30), st.integers(1, 12), st.integers(0, 99))
def test_vendi_score_is_the_same_by_pairs_and_by_its_dual(n: int, d: int, seed: int) -> None:
    x = gaussian(n, d, seed)
    padded = np.hstack([x, np.zeros((n, 31))])  # always by pairs
    found = vendi_score(x)
    assert found == pytest.approx(vendi_score(padded), rel=1e-9)
    assert found >= 1 - 1e-9
    assert found <= min(n, d) * (1 + 1e-9)
    assert vendi_score(np.tile(x, (3, 1))) == pytest.approx(found, rel=1e-9)


def slow_density_coverage(x: np.ndarray, y: np.ndarray, k: int) -> tuple[float, float]:
    """By the paper's definitions."""
    inside = np.zeros((len(x), len(y)))
    for j, centre in enumerate(y):
        others = np.linalg.norm(np.delete(y, j, axis=0) - centre, axis=1)
        inside[:, j] = np.linalg.norm(x - centre, axis=1) < np.sort(others)[k - 1]
    return float(inside.sum() / (k * len(x))), float(inside.any(axis=0).mean())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 15), st.integers(4, 15), st.integers(1, 3), st.integers(0, 999))
def test_density_and_coverage_are_those_of_the_paper(n: int, m: int, k: int, seed: int) -> None:
    x, y = gaussian(n, 3, seed), gaussian(m, 3, seed + 1000) + 0.5
    assert density_coverage(x, y, k=k) == pytest.approx(slow_density_coverage(x, y, k))


def test_density_and_coverage_of_equal_distributions_and_of_known_sets() -> None:
    y = gaussian(1500, 8, 0)
    found = density_coverage(gaussian(1500, 8, 1), y, k=5)
    assert found.density == pytest.approx(1, abs=0.05)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.015)
    assert density_coverage(y, y, k=5) == (1, 1)
    assert density_coverage(y + 100, y, k=5) == (0, 0)
    one_mode = np.concatenate([y, y + 50])
    crowded = density_coverage(gaussian(1500, 8, 2) * 0.1, one_mode, k=5)
    assert crowded.density > 1.5
    assert crowded.coverage < 0.2


def test_spectrum_distance_is_in_decibels_and_over_means() -> None:
    x = gaussian(40, 32, 0)
    assert spectrum_distance(x, x[::-1]) == pytest.approx(0, abs=1e-12)
    assert spectrum_distance(x + 0.3, x) == pytest.approx(3, rel=1e-12)
    one_ring = np.zeros(32)
    one_ring[5] = 1
    assert spectrum_distance(x + one_ring, x) == pytest.approx(10 / math.sqrt(32), rel=1e-12)
    with pytest.raises(UsageError, match="32 features, the reference 31"):
        spectrum_distance(x, x[:, :31])


@pytest.mark.parametrize("measure", [inception_score, vendi_score])
def test_what_is_no_array_of_finite_rows_is_refused(measure) -> None:
    with pytest.raises(UsageError, match="not finite"):
        measure([[1.0, math.nan]])
    with pytest.raises(UsageError, match=r"\(N, D\)"):
        measure([1.0, 2.0])
    with pytest.raises(UsageError, match="at least 1"):
        measure(np.zeros((0, 3)))


def test_features_without_a_direction_have_no_vendi_score() -> None:
    with pytest.raises(UsageError, match="features of 2 pictures are all zero"):
        vendi_score([[0.0, 0], [1, 0], [0, 0]])
