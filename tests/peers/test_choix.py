"""Bradley-Terry strengths are those of choix, the package that people use for them."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.rating.bradley_terry import fit

choix = pytest.importorskip("choix", reason="choix is not installed")


def test_strengths_are_those_of_choix() -> None:
    chance = np.random.default_rng(4)
    truth = chance.normal(size=6)
    wins = np.zeros((6, 6))
    for _ in range(400):
        i, j = chance.choice(6, 2, replace=False)
        first = chance.random() < 1 / (1 + np.exp(truth[j] - truth[i]))
        wins[(i, j) if first else (j, i)] += 1
    data = [(i, j) for i in range(6) for j in range(6) for _ in range(int(wins[i, j]))]
    theirs = choix.ilsr_pairwise(6, data, tol=1e-10)
    assert fit(wins).strengths == pytest.approx(theirs - theirs.mean(), rel=1e-6)
