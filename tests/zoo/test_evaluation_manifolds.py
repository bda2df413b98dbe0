"""Four measures of a set and of its parts, looked up, are those that are computed anew."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.evaluation import distances
from zoo.evaluation.density_coverage import density_coverage
from zoo.evaluation.manifolds import Manifolds, ReferenceManifold
from zoo.evaluation.precision_recall import precision_recall

CASES = [(50, 40, 3, 5, 25), (300, 200, 8, 5, 150), (300, 200, 8, 3, 6), (20, 400, 2, 5, 10),
         (400, 300, 5, 80, 200)]  # fmt: skip
"""Samples, reference pictures, features, k, rows of a part. In the third, few neighbours of the
whole set are in the part; in the last, k is large."""


def looked_up(manifolds: Manifolds, rows: np.ndarray | None = None) -> tuple[float, ...]:
    return (
        manifolds.precision(rows),
        manifolds.recall(rows),
        manifolds.density(rows),
        manifolds.coverage(rows),
    )


def computed(x: np.ndarray, y: np.ndarray, k: int) -> tuple[float, ...]:
    return (*precision_recall(x, y, k=k), *density_coverage(x, y, k=k))


@pytest.mark.parametrize("copies", [False, True], ids=["different", "with copies"])
@pytest.mark.parametrize(("n", "m", "d", "k", "part"), CASES)
def test_the_same_of_whole_sets_and_of_parts(
    n: int, m: int, d: int, k: int, part: int, copies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(n + m)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) * 1.1
    if copies:
        x[n // 2 :] = x[: n - n // 2]
    monkeypatch.setattr(distances, "BLOCK_BYTES", 8 * m * 7)  # 7 rows
    manifolds = Manifolds(x, ReferenceManifold(y, k))
    assert looked_up(manifolds) == computed(x, y, k)
    for _ in range(3):
        rows = rng.permutation(n)[:part]
        assert looked_up(manifolds, rows) == computed(x[rows], y, k)


def test_k_must_fit_and_dimensions_too() -> None:
    x = np.random.default_rng(0).normal(size=(9, 3))
    with pytest.raises(UsageError, match="k is 9 among 9 pictures"):
        ReferenceManifold(x, 9)
    reference = ReferenceManifold(x, 5)
    with pytest.raises(UsageError, match="k is 5 among 4 pictures"):
        Manifolds(x[:4], reference)
    with pytest.raises(UsageError, match="k is 5 among 5 pictures"):
        Manifolds(x, reference).recall(np.arange(5))
    with pytest.raises(UsageError, match="2 features, the reference 3"):
        Manifolds(x[:, :2], reference)
    with pytest.raises(UsageError, match="not finite"):
        Manifolds(x * np.inf, reference)
