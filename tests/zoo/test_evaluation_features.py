"""Features of pictures, from every form in which pictures come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from zoo.errors import UsageError
from zoo.evaluation.features import features_of, logits_of


class Linear:
    """A judge of its own kind: a fixed projection of the pixels."""

    name = "linear"
    mean = torch.zeros(3, 1, 1)

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.batches: list[int] = []
        rng = torch.Generator().manual_seed(0)
        self.weight = torch.randn(3 * 8 * 8, 5, generator=rng, requires_grad=True)

    def features(self, pictures: Tensor) -> Tensor:
        assert pictures.min() >= -1
        assert pictures.max() <= 1
        self.batches.append(len(pictures))
        return pictures.flatten(1) @ self.weight

    def logits(self, pictures: Tensor) -> Tensor:
        return self.features(pictures)[:, : len(self.labels)]


@pytest.fixture
def judge() -> Any:
    return Linear(("one", "two"))


def random_pictures(n: int) -> Tensor:
    rng = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (n, 3, 8, 8), generator=rng, dtype=torch.uint8)


def test_tensors_and_arrays_of_the_same_pictures_have_the_same_features(judge: Any) -> None:
    pictures = random_pictures(11)
    found = features_of(judge, pictures, batch=4)
    assert found.dtype == np.float32
    assert found.shape == (11, 5)
    assert judge.batches == [4, 4, 3]
    exact = judge.features(pictures.double().float() * 2 / 255 - 1).detach().numpy()
    assert found == pytest.approx(exact, abs=1e-4)
    arrays = (p.permute(1, 2, 0).numpy() for p in pictures)
    assert (features_of(judge, arrays, batch=4) == found).all()
    assert logits_of(judge, pictures, batch=4) == pytest.approx(found[:, :2])


def test_what_is_no_quantised_picture_is_refused(judge: Any) -> None:
    with pytest.raises(UsageError, match=r"uint8.*got torch.float32"):
        features_of(judge, random_pictures(2).float())
    with pytest.raises(UsageError, match=r"got torch.uint8, \(2, 4, 8, 8\)"):
        features_of(judge, torch.zeros(2, 4, 8, 8, dtype=torch.uint8))
    with pytest.raises(UsageError, match="of one size"):
        features_of(judge, [np.zeros((8, 8, 3), np.uint8), np.zeros((9, 8, 3), np.uint8)])
    for nothing in ([], random_pictures(0)):
        with pytest.raises(UsageError, match="no pictures"):
            features_of(judge, nothing)
    with pytest.raises(UsageError, match="knows no labels"):
        logits_of(Linear(()), random_pictures(2))  # type: ignore[arg-type]
