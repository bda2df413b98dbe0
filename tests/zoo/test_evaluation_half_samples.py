"""Intervals by half-samples: what they say of means, whose uncertainty is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.evaluation.half_samples import deviation, half_samples, interval, student


def test_each_holds_half_the_rows_once() -> None:
    drawn = half_samples(101, seed=3)
    assert len(drawn) == 20
    for rows in drawn:
        assert len(set(rows.tolist())) == 50
        assert rows.min() >= 0
        assert rows.max() < 101
    assert all((a == b).all() for a, b in zip(drawn, half_samples(101, seed=3), strict=True))
    assert any((a != b).any() for a, b in zip(drawn, half_samples(101, seed=4), strict=True))


@pytest.mark.parametrize("n", [400, 401])
def test_the_error_of_a_mean_is_that_of_the_books(n: int) -> None:
    rng = np.random.default_rng(0)
    found = []
    for trial in range(60):
        x = rng.standard_normal(n) * 3
        found.append(deviation([float(x[r].mean()) for r in half_samples(n, seed=trial)], n))
    assert np.mean(found) == pytest.approx(3 / math.sqrt(n), rel=0.06)


def test_the_interval_of_a_mean_holds_the_truth_19_times_in_20() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for trial in range(400):
        x = rng.exponential(size=200)
        halves = [float(x[r].mean()) for r in half_samples(200, seed=trial)]
        low, high = interval(float(x.mean()), deviation(halves, 200), len(halves))
        held += low <= 1 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_an_interval_ends_where_the_measure_does() -> None:
    assert interval(0.98, 0.1, 20, (0, 1)) == (pytest.approx(0.98 - 2.093 * 0.1, abs=1e-4), 1)
    assert interval(0.01, 0.1, 20, (0, math.inf))[0] == 0


def test_a_share_of_which_all_halves_agree_is_uncertain_by_three_in_n() -> None:
    error = deviation([1.0] * 20, 300, share=True)
    assert interval(1.0, error, 20, (0, 1)) == (pytest.approx(0.99), 1)
    assert deviation([1.0] * 20, 300) == 0
    spread = [0.9, 1.0] * 10
    assert deviation(spread, 300, share=True) == deviation(spread, 300)


def test_student_reaches_farther_than_normal() -> None:
    assert student(0.95, 19) == pytest.approx(2.0930, abs=1e-4)
    assert student(0.95, 1e9) == pytest.approx(1.95996, abs=1e-4)


def test_too_few_to_halve() -> None:
    with pytest.raises(UsageError, match="of 3 pictures; expected 2 of at least 4"):
        half_samples(3, seed=0)
