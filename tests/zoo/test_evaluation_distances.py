"""Fréchet and kernel distance, against closed forms and slow references."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import UsageError
from zoo.evaluation.frechet import Moments, frechet_distance, moments
from zoo.evaluation.kernel import kernel_distance

finite = st.floats(-10, 10, allow_nan=False, width=32)
sets = arrays(np.float64, st.tuples(st.integers(2, 12), st.just(4)), elements=finite)


def gaussian(n: int, d: int, seed: int, scale: float = 1, shift: float = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d)) * scale + shift


def test_frechet_distance_of_gaussians_that_commute_has_its_closed_form() -> None:
    one = Moments(np.zeros(3), np.diag([1.0, 4.0, 9.0]))
    other = Moments(np.array([1.0, 2.0, 2.0]), np.diag([4.0, 4.0, 1.0]))
    # |m|^2 + the sum of (s1 - s2)^2 over standard deviations 1, 2, 3 and 2, 2, 1
    assert frechet_distance(one, other) == pytest.approx(9 + 1 + 0 + 4, rel=1e-12)


def test_frechet_distance_of_two_by_two_covariances_that_do_not_commute() -> None:
    one = np.array([[2.0, 1.0], [1.0, 3.0]])
    other = np.array([[5.0, -2.0], [-2.0, 1.0]])
    product = one @ other  # tr of its root by Cayley and Hamilton: sqrt(tr + 2 sqrt(det))
    shared = math.sqrt(np.trace(product) + 2 * math.sqrt(np.linalg.det(product)))
    expected = np.trace(one) + np.trace(other) - 2 * shared
    zero = np.zeros(2)
    found = frechet_distance(Moments(zero, one), Moments(zero, other))
    assert found == pytest.approx(expected, rel=1e-12)


def test_frechet_distance_of_features_estimates_that_of_their_gaussians() -> None:
    x, y = gaussian(20_000, 8, 0), gaussian(20_000, 8, 1, scale=2, shift=0.5)
    assert frechet_distance(x, y) == pytest.approx(8 * (1 + 0.25), rel=0.03)
    assert frechet_distance(x, moments(y)) == frechet_distance(x, y)


def test_frechet_distance_is_stable_where_covariances_are_singular() -> None:
    x = gaussian(20, 100, 0)  # rank 19 of 100
    flat = np.repeat(x[:, :1], 100, axis=1)  # rank 1: s^2 everywhere
    s = x[:, 0].std(ddof=1)
    shared = s * math.sqrt(x.sum(axis=1).var(ddof=1))  # the one direction that both have
    means = ((x.mean(axis=0) - x[:, 0].mean()) ** 2).sum()
    expected = means + x.var(axis=0, ddof=1).sum() + 100 * s**2 - 2 * shared
    assert frechet_distance(x, flat) == pytest.approx(expected, rel=1e-11)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(x, x + 3) == pytest.approx(100 * 9, rel=1e-12)
    assert frechet_distance(np.ones((5, 3)), np.zeros((5, 3))) == pytest.approx(3)


@settings(max_examples=60, deadline=None)
@given(sets, sets, st.floats(0.1, 10))
def test_frechet_distance_is_symmetric_and_scales_with_the_square(
    x: np.ndarray, y: np.ndarray, scale: float
) -> None:
    found = frechet_distance(x, y)
    assert found >= 0
    assert frechet_distance(y, x) == pytest.approx(found, rel=1e-6, abs=1e-5)
    assert frechet_distance(x * scale, y * scale) == pytest.approx(
        found * scale**2, rel=1e-6, abs=1e-4
    )
    rotation, _ = np.linalg.qr(gaussian(4, 4, 3))
    assert frechet_distance(x @ rotation + 1, y @ rotation + 1) == pytest.approx(
        found, rel=1e-6, abs=1e-5
    )


def slow_discrepancy(x: np.ndarray, y: np.ndarray) -> float:
    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float((sum(p * q for p, q in zip(a, b, strict=True)) / len(a) + 1) ** 3)

    def within(s: np.ndarray) -> float:
        pairs = [(a, b) for i, a in enumerate(s) for j, b in enumerate(s) if i != j]
        return sum(kernel(a, b) for a, b in pairs) / len(pairs)

    across = sum(kernel(a, b) for a in x for b in y) / (len(x) * len(y))
    return within(x) + within(y) - 2 * across


def test_kernel_distance_of_whole_sets_is_the_unbiased_estimator() -> None:
    x, y = gaussian(9, 5, 0), gaussian(7, 5, 1, scale=1.5, shift=0.3)
    found = kernel_distance(x, y, subsets=3)
    assert found.mean == pytest.approx(slow_discrepancy(x, y), rel=1e-10)
    assert found.deviation == pytest.approx(0, abs=1e-12)


def test_kernel_distance_is_unbiased_for_equal_distributions_and_seeded() -> None:
    x, y = gaussian(1000, 8, 0), gaussian(1000, 8, 1)
    found = kernel_distance(x, y, subsets=20, size=200)
    assert abs(found.mean) < 3 * found.deviation < 0.2
    assert kernel_distance(x, y, subsets=20, size=200) == found
    assert kernel_distance(x, y, subsets=20, size=200, seed=1) != found


def test_kernel_distance_of_shifted_gaussians_has_its_closed_form() -> None:
    x, y = gaussian(1500, 1, 2), gaussian(1500, 1, 3, shift=1)
    found = kernel_distance(x, y, subsets=1, size=1500)
    # (xy + 1)^3 compares moments: 1 (m3)^2 + 3 (m2)^2 + 3 (m1)^2 of differences 4, 1, 1
    assert found.mean == pytest.approx(16 + 3 + 3, rel=0.2)


def test_distances_tell_what_is_wrong_with_features() -> None:
    good = gaussian(5, 3, 0)
    with pytest.raises(UsageError, match=r"3 features, the reference 2.*same judge"):
        frechet_distance(good, good[:, :2])
    with pytest.raises(UsageError, match=r"at least 2 pictures; got \(1, 3\)"):
        frechet_distance(good, good[:1])
    with pytest.raises(UsageError, match="not finite"):
        kernel_distance(good * np.nan, good)
    with pytest.raises(UsageError, match="subsets of 1 pictures"):
        kernel_distance(good, good, size=1)
