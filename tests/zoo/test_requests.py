"""Requests and their noise."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zoo.errors import UsageError
from zoo.noise import integer, normals
from zoo.request import Request

NOISE = [-1.0010281, 0.1956822, 0.6516365, -0.0240544]
LABELS = [18, 7, 88, 96, 91, 78]


def test_noise_depends_on_seed_index_and_purpose_alone() -> None:
    one = Request(7, (5,), (64, 64))
    many = Request(7, (3, 4, 5), (64, 64))
    assert torch.equal(one.noise(0, "latent", (64,)), many.noise(2, "latent", (64,)))
    assert torch.equal(many.noise_batch("latent", (64,))[2], one.noise(0, "latent", (64,)))
    others = [
        many.noise(1, "latent", (64,)),
        many.noise(2, "step 1", (64,)),
        Request(8, (5,), (64, 64)).noise(0, "latent", (64,)),
    ]
    for other in others:
        assert not torch.equal(other, one.noise(0, "latent", (64,)))


def test_noise_is_the_same_on_every_machine_and_version() -> None:
    assert normals(7, 0, "latent", (4,)).tolist() == pytest.approx(NOISE, abs=1e-6)
    assert [integer(7, i, "label", 103) for i in range(6)] == LABELS


def test_noise_is_standard_normal() -> None:
    x = normals(1, 2, "latent", (3, 333, 101)).astype(np.float64)
    assert x.shape == (3, 333, 101)
    assert abs(x.mean()) < 0.02
    assert abs(x.std() - 1) < 0.02
    assert abs((x**4).mean() - 3) < 0.15
    drawn = [integer(1, i, "label", 10) for i in range(2000)]
    assert min(np.bincount(drawn, minlength=10)) > 140


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, True, "7"])
def test_a_seed_that_a_manifest_cannot_hold_is_refused(seed: int) -> None:
    with pytest.raises(UsageError, match="seed"):
        Request(seed, (0,), (64, 64))


def test_labels_and_input_pictures_must_be_as_many_as_pictures() -> None:
    with pytest.raises(UsageError, match="2 pictures but 1 labels"):
        Request(7, (0, 1), (64, 64), labels=(3,))
