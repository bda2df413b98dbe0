"""Grouping by features: how many groups there are, and how well they agree with labels."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.data.cluster import find_groups, mutual_information, purity
from zoo.errors import UsageError


def test_purity_and_mutual_information() -> None:
    groups, labels = np.array([0, 0, 0, 1, 1, 1]), np.array([4, 4, 2, 2, 2, 2])
    assert purity(groups, labels) == pytest.approx(5 / 6)
    assert mutual_information(groups, groups + 1) == pytest.approx(1)
    assert mutual_information(groups, np.zeros(6, int)) == pytest.approx(0)


def test_the_number_of_groups_is_found() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(4, 16)) * 5
    of = rng.integers(0, 4, 60)
    features = (centres[of] + rng.normal(size=(60, 16)) * 0.1).astype(np.float32)
    found = find_groups({"train": features}, None, seed=1)
    assert found.count == 4
    assert mutual_information(found.of["train"], of) == pytest.approx(1)
    with pytest.raises(UsageError, match="from 2"):
        find_groups({"train": features[:3]}, None, seed=1)
