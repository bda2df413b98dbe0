"""Numbers of the report: their scales, and how they are said."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.evaluation.extrapolation import at_infinity
from zoo.evaluation.frechet import frechet_distance
from zoo.evaluation.report.scale import scale_of
from zoo.evaluation.report.words import percent
from zoo.evaluation.result import Score
from zoo.evaluation.shown import shown_number


def test_numbers_have_no_negative_zero() -> None:
    assert [shown_number(v) for v in (-0.0, 0.0, -1e-6, 0.5)] == ["0", "0", "-1.00e-06", "0.5"]


@pytest.mark.parametrize(
    ("values", "bounds", "ends"),
    [((0.4,), (0, 1), ("0", "1")), ((0.009,), (0, 1), ("0", "0.01")),
     ((5.2, 3.1), (0, np.inf), ("0", "6")), ((-0.01,), (-np.inf, np.inf), ("-0.012", "0")),
     ((0.0,), (0, np.inf), ("0", "1")), ((22.4,), (1, np.inf), ("1", "25"))],
)  # fmt: skip
def test_scales_end_at_round_numbers(values, bounds, ends) -> None:
    scores = [Score("m", "m", value, None, "none") for value in values]
    assert scale_of(scores, bounds).ends == ends


@pytest.mark.parametrize(
    ("share", "said"),
    [(1, "100.0 %"), (0.9996, "over 99.9 %"), (0, "0.0 %"), (0.0001, "under 0.1 %"),
     (0.25, "25.0 %")],
)  # fmt: skip
def test_a_share_is_all_or_nothing_only_where_it_is(share: float, said: str) -> None:
    assert percent(share) == said


def test_a_frechet_distance_is_taken_to_infinitely_many() -> None:
    """Of Gaussians a known distance apart; the reference's own bias remains, and is small."""
    rng = np.random.default_rng(0)
    truth = 32 * 0.2**2
    reference = rng.standard_normal((50_000, 32))
    counts = [500, 1000, 2000]
    values = [
        float(np.mean([frechet_distance(rng.standard_normal((n, 32)) + 0.2, reference)
                       for _ in range(5)]))
        for n in counts
    ]  # fmt: skip
    assert abs(at_infinity(counts, values) - truth) < 0.5 * abs(values[-1] - truth)
    assert at_infinity([10, 20], [2 + 1 / 10, 2 + 1 / 20]) == pytest.approx(2)
    with pytest.raises(UsageError, match="two at least"):
        at_infinity([10, 10], [1, 2])
