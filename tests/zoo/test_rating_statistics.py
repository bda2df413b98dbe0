"""The statistics of human judgement, against published examples and known values."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.rating.agreement import krippendorff_alpha
from zoo.rating.bradley_terry import fit
from zoo.rating.error_rate import error_rate
from zoo.rating.estimate import Estimate
from zoo.rating.preference import Comparisons, preference
from zoo.rating.proportion import mean_of_shares, share, wilson
from zoo.rating.resampling import bootstrap_raters
from zoo.rating.response_times import hasty, response_times
from zoo.rating.scales import ratings

# A. Agresti, "Categorical Data Analysis": the American League of 1987, wins of the row.
TEAMS = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"]
LEAGUE = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ],
    dtype=float,
)
# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve
# units, 0 where nothing was said.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_newcombes_table(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) == (0, 1)


def test_the_mean_of_two_shares_is_newcombes_difference() -> None:
    """56 of 70 less 48 of 80: 0.0524 to 0.3339 by his method 10 (1998); 1 - q turns it round."""
    p, q = 56 / 70, 1 - 48 / 80
    low, high = mean_of_shares((p, wilson(56, 70)), (q, wilson(32, 80)))
    assert (2 * low - 1, 2 * high - 1) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_bradley_terry_is_the_published_league() -> None:
    found = fit(LEAGUE)
    published = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0]
    assert found.strengths - found.strengths[-1] == pytest.approx(published, abs=5e-5)
    assert found.strengths.sum() == pytest.approx(0)
    errors = [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319]
    c = found.covariance
    variances = [c[i, i] + c[6, 6] - 2 * c[i, 6] for i in range(6)]
    assert np.sqrt(variances) == pytest.approx(errors, abs=5e-5)


def test_bradley_terry_says_why_there_is_no_maximum() -> None:
    apart = np.zeros((4, 4))
    apart[0, 1] = apart[1, 0] = apart[2, 3] = apart[3, 2] = 2
    with pytest.raises(UsageError, match="4 models fall into 2 groups that nobody compared"):
        fit(apart)
    with pytest.raises(UsageError, match="always won"):
        fit(np.array([[0.0, 5], [0, 0]]))


def league_answers() -> Comparisons:
    """Every game as an answer, dealt out to 12 raters."""
    won, lost = np.nonzero(LEAGUE)
    times = LEAGUE[won, lost].astype(int)
    won, lost = np.repeat(won, times), np.repeat(lost, times)
    return Comparisons(won, lost, np.arange(len(won)) % 12)


def test_preferences_have_intervals_of_both_kinds() -> None:
    found = preference(TEAMS, league_answers(), seed=3)
    best = found.strengths["Milwaukee"]
    assert best.raters == 12
    assert best.answers == LEAGUE[0].sum() + LEAGUE[:, 0].sum()
    assert best.over_raters is not None
    for low, high in (best.independent, best.over_raters):
        assert low < best.value < high
    pair = next(p for p in found.pairs if (p.first, p.second) == ("Milwaukee", "Baltimore"))
    assert (pair.wins, pair.losses) == (11, 2)
    assert pair.preferred.answers == 13
    odds = best.value - found.strengths["Baltimore"].value
    assert pair.preferred.value == pytest.approx(1 / (1 + np.exp(-odds)))
    assert pair.preferred.interval[0] > 0.5
    again = preference(TEAMS, league_answers(), seed=3)
    assert again == found
    assert preference(TEAMS, league_answers(), seed=4) != found


def test_one_that_always_wins_has_a_finite_strength_and_a_wide_interval() -> None:
    always = Comparisons(np.zeros(20, int), np.ones(20, int), np.arange(20) % 10)
    found = preference(["A", "B"], always, seed=0)
    (pair,) = found.pairs
    assert pair.preferred.value == pytest.approx(20.5 / 21)
    low, high = pair.preferred.interval
    assert 0.5 < low < 0.9
    assert 0.99 < high < 1


def test_models_that_were_not_compared_have_no_strengths() -> None:
    apart = Comparisons(np.array([0, 2]), np.array([1, 3]), np.array([1, 1]))
    assert "2 groups that nobody compared" in preference("ABCD", apart, seed=0).why
    assert "with itself" in preference("A", apart, seed=0).why


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_alpha_is_krippendorffs_example(level, published: float) -> None:
    units = np.broadcast_to(np.arange(12), OBSERVERS.shape)[OBSERVERS > 0]
    found = krippendorff_alpha(units, OBSERVERS[OBSERVERS > 0], level=level, seed=0)
    assert found.alpha == pytest.approx(published, abs=5e-4)
    assert (found.units, found.values) == (11, 40)
    assert found.interval is not None
    assert found.interval[0] < published < found.interval[1]


def test_alpha_of_extremes() -> None:
    units = np.repeat(np.arange(20), 2)
    agreed = krippendorff_alpha(units, np.repeat(np.arange(20) % 2, 2), level="nominal", seed=0)
    assert agreed.alpha == 1
    opposed = krippendorff_alpha(units, np.tile([0, 1], 20), level="nominal", seed=0)
    assert opposed.alpha is not None
    assert opposed.alpha < -0.9
    assert (
        "two raters" in krippendorff_alpha(np.arange(5), np.arange(5), level="nominal", seed=0).why
    )
    alike = krippendorff_alpha(units, np.zeros(40, int), level="nominal", seed=0)
    assert alike.alpha is None
    assert "same answer" in alike.why


def test_always_saying_real_is_guessing_whatever_the_mixture() -> None:
    generated = np.arange(60) < 50
    found = error_rate(generated, np.zeros(60, bool), np.arange(60) % 6, seed=0)
    assert found.errors is not None
    assert found.errors.value == 0.5
    assert found.misses is not None
    assert found.false_alarms is not None
    assert (found.misses.value, found.false_alarms.value) == (1, 0)
    only = error_rate(np.ones(8, bool), np.zeros(8, bool), np.arange(8), seed=0)
    assert (only.errors, only.false_alarms) == (None, None)


def test_the_interval_over_raters_knows_that_raters_differ() -> None:
    """Half of ten raters err always, half never: 500 answers say no more than ten do."""
    raters = np.repeat(np.arange(10), 50)
    found = share(raters < 5, raters, seed=0)
    assert found is not None
    assert found.value == 0.5
    assert found.over_raters is not None
    wide = found.over_raters[1] - found.over_raters[0]
    assert wide > 5 * (found.independent[1] - found.independent[0])
    assert found.interval == found.over_raters
    few = share(raters[:200] < 5, raters[:200], seed=0)
    assert few is not None
    assert few.over_raters is None
    assert share(raters[:0] < 5, raters[:0], seed=0) is None


def test_the_bootstrap_draws_whole_raters_from_its_seed() -> None:
    raters = np.array([7, 7, 9, 9, 9, 12])
    drawn: list[np.ndarray] = []

    def record(weights: np.ndarray) -> np.ndarray:
        drawn.append(weights)
        return np.array([weights.sum()])

    ends = bootstrap_raters(record, raters, seed=1, draws=50)
    assert ends is not None
    assert all(w[0] == w[1] and w[2] == w[3] == w[4] for w in drawn)
    assert all(w[0] + w[2] + w[5] == 3 for w in drawn)
    again = bootstrap_raters(lambda w: np.array([w.sum()]), raters, seed=1, draws=50)
    assert np.array_equal(ends, again)
    assert bootstrap_raters(lambda w: np.array([np.nan]), raters, seed=1) is None
    assert bootstrap_raters(lambda w: w[:1], raters[:2], seed=1) is None


def test_the_interval_to_quote_is_the_wider_at_either_end() -> None:
    assert Estimate(0.5, 9, 5, (0.4, 0.6), (0.45, 0.7)).interval == (0.4, 0.7)
    assert Estimate(0.5, 9, 2, (0.4, 0.6), None).interval == (0.4, 0.6)


def test_ratings_have_a_mean_within_the_scale() -> None:
    values, raters = np.array([5, 5, 4, 5, 5, 1]), np.arange(6)
    found = ratings(values, raters, (1, 5), seed=0)
    assert found is not None
    assert found.counts == (1, 0, 0, 1, 4)
    assert found.mean.value == pytest.approx(25 / 6)
    assert found.mean.independent[1] == 5
    assert found.mean.independent[0] == pytest.approx(25 / 6 - 2.5706 * 1.6021 / 6**0.5, abs=1e-3)
    assert ratings(values[:0], raters[:0], (1, 5), seed=0) is None


def test_times_are_quartiles_and_haste_is_seen() -> None:
    times = response_times(np.array([100.0, 150, 800, 900, 1000]))
    assert times is not None
    assert (times.lower, times.median, times.upper, times.fast) == (150, 800, 900, 2)
    assert hasty(times)
    slow = response_times(np.array([199.0] + [700.0] * 19))
    assert slow is not None
    assert not hasty(slow)
    assert response_times(np.array([])) is None
