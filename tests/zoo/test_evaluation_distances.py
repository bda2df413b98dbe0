"""Fréchet and kernel distance, against closed forms and slow references."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import UsageError
from zoo.evaluation import distances
from zoo.evaluation.frechet import FrechetReference, Moments, frechet_distance, moments
from zoo.evaluation.kernel import discrepancy, kernel_distance, mean_similarity, similarities
from zoo.evaluation.nuclear import nuclear_norm, quick_nuclear_norm

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


SHAPES = [(30, 200), (200, 200), (700, 120)]  # fewer pictures than features, as many, more


@pytest.mark.parametrize(("n", "d"), SHAPES)
@pytest.mark.parametrize("decay", [0, 1, 2])
def test_the_quick_sum_of_singular_values_errs_within_its_bound(n: int, d: int, decay: int) -> None:
    x = gaussian(n, d, 0) * np.arange(1.0, d + 1) ** -decay
    quick, exact = quick_nuclear_norm(x), nuclear_norm(x)
    assert abs(quick.value - exact) <= quick.error + 1e-13 * exact
    assert quick.error < 1e-6 * exact
    assert quick_nuclear_norm(x * 0) == (0, 0)


def test_the_bound_covers_singular_values_that_squaring_loses() -> None:
    rotation, _ = np.linalg.qr(gaussian(60, 60, 1))
    x = gaussian(200, 60, 0) * np.repeat([1.0, 1e-9], 30) @ rotation
    quick, exact = quick_nuclear_norm(x), nuclear_norm(x)
    assert 1e-9 * exact < abs(quick.value - exact) <= quick.error


@pytest.mark.parametrize(("n", "d"), SHAPES)
@pytest.mark.parametrize("scale", [1.0, 1.0001], ids=["near", "very near"])
def test_a_reference_that_is_kept_gives_the_same_distance(n: int, d: int, scale: float) -> None:
    x, y = gaussian(n, d, 0), gaussian(n, d, 1)
    y = x * scale if scale > 1 else y
    exact = frechet_distance(moments(x), moments(y))  # two square roots, as the formula says
    known = FrechetReference(y)
    allowed = {"rel": 1e-6, "abs": 1e-11}
    assert known.distance(x) == pytest.approx(exact, **allowed)
    projected = known.project(x)
    assert known.distance(x, projected) == pytest.approx(exact, **allowed)
    half = np.arange(0, n, 2)
    exact = frechet_distance(moments(x[half]), moments(y))
    assert known.distance(x[half], projected[half]) == pytest.approx(exact, **allowed)


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


def test_the_kernel_of_whole_sets_does_not_depend_on_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = gaussian(50, 5, 0), gaussian(40, 5, 1)
    whole = discrepancy(x, y)
    assert whole == pytest.approx(slow_discrepancy(x, y), rel=1e-10)
    monkeypatch.setattr(distances, "BLOCK_BYTES", 8 * 50 * 7)  # 7 rows
    assert discrepancy(x, y) == pytest.approx(whole, rel=1e-12)
    half = np.arange(0, 50, 2)
    parts = mean_similarity(x[half]) + mean_similarity(y) - 2 * similarities(x, y)[half].mean()
    assert parts == pytest.approx(discrepancy(x[half], y), rel=1e-12)


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
    with pytest.raises(UsageError, match=r"at least 2 pictures; got \(1, 3\)"):
        discrepancy(good[:1], good)
    with pytest.raises(UsageError, match=r"at least 2 pictures; got \(1, 3\)"):
        FrechetReference(good).distance(good[:1])
