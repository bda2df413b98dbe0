"""Which pictures are held out, and what folders say of a picture."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from zoo.data.placing import Placing, folders_of, learn_placing
from zoo.data.split import hold_out, rank


def ranks(names: list[str], seed: int = 0) -> np.ndarray:
    return np.array([rank(hashlib.sha256(n.encode()).hexdigest(), seed) for n in names])


def test_each_label_is_held_out_alike() -> None:
    labels = np.repeat([0, 1, 2], [100, 40, 10])
    drawn = ranks([str(index) for index in range(150)])
    held = hold_out(labels, drawn, 0.2)
    assert np.bincount(labels[held]).tolist() == [20, 8, 2]
    other = hold_out(labels, ranks([str(index) for index in range(150)], seed=1), 0.2)
    assert not np.array_equal(held, other)
    order = np.random.default_rng(0).permutation(150)
    assert np.array_equal(hold_out(labels[order], drawn[order], 0.2), held[order])


def test_few_pictures_of_many_labels_still_give_the_fraction() -> None:
    labels = np.repeat(np.arange(10), 4)
    assert hold_out(labels, ranks([str(i) for i in range(40)]), 0.1).sum() == 4
    assert not hold_out(labels, ranks([str(i) for i in range(40)]), 0).any()
    assert hold_out(labels[:0], ranks([]), 0.5).tolist() == []


def test_copies_of_a_picture_stay_on_one_side() -> None:
    names = [str(index // 5) for index in range(50)]
    for seed in range(20):
        held = hold_out(np.zeros(50, np.int64), ranks(names, seed), 0.25)
        assert 0 < held.sum() <= 13
        assert all(len({bool(h) for h in held[i : i + 5]}) == 1 for i in range(0, 50, 5))


@pytest.mark.parametrize(
    ("paths", "placing"),
    [
        (["1.jpg", "2.jpg"], Placing()),
        (["red/1.jpg", "blue/2.jpg"], Placing()),
        (["flowers/red/1.jpg", "flowers/blue/2.jpg"], Placing(around=1)),
        (["a/b/red/1.jpg", "a/b/blue/deep/2.jpg", "cover.jpg"], Placing(around=2)),
        (["train/red/1.jpg", "test/red/2.jpg"], Placing(splits=True)),
        (["set/Training/red/1.jpg", "set/Validation/red/2.jpg"], Placing(1, splits=True)),
        (["train/1.jpg", "test/2.jpg"], Placing(splits=True)),
        (["train/red/1.jpg"], Placing(splits=True)),
        (["train/1.jpg", "car/2.jpg"], Placing()),
        (["train/1.jpg"], Placing()),
        ([], Placing()),
    ],
)
def test_what_folders_mean(paths: list[str], placing: Placing) -> None:
    assert learn_placing({folders_of(path) for path in paths}) == placing


def test_names_that_lead_elsewhere_are_only_names() -> None:
    assert folders_of("../../etc/x.png") == ("etc",)
    assert folders_of("/abs/x.png") == ("abs",)
    placed = Placing(splits=True)
    assert placed.label(("test", "a\nb \x1b[31m")) == "a b [31m"
    assert (placed.split(("test", "x")), placed.split(())) == ("test", None)
