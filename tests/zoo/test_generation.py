"""Generation: what a picture depends on, how pictures stream, and what a generator may not do."""

from __future__ import annotations

import itertools
import sys
import tracemalloc
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

import zoo
from zoo.card import Card
from zoo.errors import PluginError, UnknownNameError, UsageError, ZooError
from zoo.generator import Step
from zoo.loading import load_card
from zoo.request import Request

Build = Callable[..., zoo.Model]


@pytest.fixture(scope="module")
def fruits() -> zoo.Model:
    return zoo.load("stylegan-lite", device="cpu")


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Build:
    """A model of 8 x 16 pixels whose generator calls ``make(request)``."""

    def model(make: Callable[[Request], Iterator[Any]]) -> zoo.Model:
        module = types.ModuleType("made_here")
        generator = types.SimpleNamespace(generate=make)
        module.build = lambda files, device, dtype: generator  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "made_here", module)
        card = Card("made.here", "demo", "Demo", "made_here:build", (8, 16), 0, "MIT", "nothing")
        return load_card(card, device="cpu")

    return model


def grey(request: Request) -> Iterator[Step]:
    yield Step(request.noise_batch("grey", (1, 1, 1)).tanh().expand(-1, 3, *request.size))


def pixels(pictures: Any) -> np.ndarray:
    return np.stack([p.pixels for p in pictures])


def test_a_picture_does_not_depend_on_how_many_are_made_nor_on_which(fruits: zoo.Model) -> None:
    many = list(fruits.generate(20, seed=7, batch=8, size=64))
    few = list(fruits.generate(3, seed=7, batch=8, size=64))
    assert (pixels(few) == pixels(many[:3])).all()
    batches = list(fruits.generate_batches(20, 7, batch=8, size=64, indices=[17, 3, 5]))
    assert [[p.index for p in batch] for batch in batches] == [[3, 5], [17]]
    rest = [p for batch in batches for p in batch]
    assert (pixels(rest) == pixels([many[3], many[5], many[17]])).all()
    assert [p.record for p in rest] == [many[i].record for i in (3, 5, 17)]
    assert list(fruits.generate_batches(20, 7, indices=[])) == []


def test_batch_size_changes_pixels_by_rounding_at_most(fruits: zoo.Model) -> None:
    small = pixels(fruits.generate(4, seed=7, batch=1, size=64)).astype(int)
    large = pixels(fruits.generate(4, seed=7, batch=16, size=64)).astype(int)
    assert np.abs(small - large).max() <= 1


def test_seeds_indices_and_labels_make_other_pictures(fruits: zoo.Model) -> None:
    first, second = fruits.generate(2, seed=7, label="Banana", size=64)
    (other,) = fruits.generate(1, seed=8, label="Banana", size=64)
    (lemon,) = fruits.generate(1, seed=7, label="lemon", size=64)
    for one, two in itertools.combinations((first, second, other, lemon), 2):
        assert (one.pixels != two.pixels).any()
    assert lemon.label == lemon.record.label == "Lemon"


def test_without_a_label_each_picture_draws_its_own_and_records_it(fruits: zoo.Model) -> None:
    drawn = list(fruits.generate(16, seed=1, size=64))
    assert len({p.label for p in drawn}) > 8
    named = list(fruits.generate(16, seed=1, label=drawn[3].label, size=64))
    assert (named[3].pixels == drawn[3].pixels).all()


def test_without_a_seed_one_is_drawn_and_told(fruits: zoo.Model) -> None:
    (one,), (two,) = fruits.generate(1, size=64), fruits.generate(1, size=64)
    assert one.seed != two.seed
    (again,) = fruits.generate(1, seed=one.seed, size=64)
    assert (again.pixels == one.pixels).all()


def test_truncation_pulls_to_the_mean_of_the_label(fruits: zoo.Model) -> None:
    def spread(truncation: float) -> float:
        made = fruits.generate(8, seed=7, label="Banana", truncation=truncation, size=64)
        return float(pixels(made).astype(float).std(axis=0).mean())

    assert spread(0) == 0
    assert 0 < spread(0.5) < spread(1)


def test_the_record_says_everything_that_makes_the_picture_again(fruits: zoo.Model) -> None:
    (picture,) = fruits.generate(1, seed=7, label="Lemon", truncation=0.5, batch=4)
    record = picture.record
    assert (record.model, record.family) == ("stylegan-lite.fruits360", "gan")
    assert (record.seed, record.index, record.label, record.batch) == (7, 0, "Lemon", 4)
    assert record.options == {"truncation": 0.5}
    assert (record.size, record.native_size) == ((256, 256), (64, 64))
    assert record.weights == (fruits.card.weights[0].sha256,)
    assert (record.device, record.dtype) == ("cpu", "float32")
    assert {"zoo", "torch", "python", "pillow"} <= record.versions.keys()
    assert "Fruits-360" in (record.trained_on or "")
    told = fruits.record(0, 7, label="Lemon", batch=4, options={"truncation": 0.5})
    assert told == record


@pytest.mark.parametrize(
    ("size", "shape"), [(None, (128, 256, 3)), (16, (8, 16, 3)), (100, (50, 100, 3))]
)
def test_size_is_the_longer_side(build: Build, size: int | None, shape: tuple[int, ...]) -> None:
    (picture,) = build(grey).generate(1, seed=1, size=size)
    assert picture.pixels.shape == shape
    assert picture.record.size == shape[:2]
    assert picture.pixels.dtype == np.uint8


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"seed": -1},
        {"seed": 2**63},
        {"size": 8},
        {"size": 4097},
        {"batch": 0},
        {"truncation": 1.1},
        {"truncaton": 1},
        {"label": "Bananna"},
    ],
)
def test_a_wrong_request_is_refused_before_anything_is_made(
    fruits: zoo.Model, wrong: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        fruits.generate(**{"n": 1, "seed": 7, **wrong})
    with pytest.raises(UnknownNameError, match="'Banana'"):
        fruits.generate(1, label="Bananna")
    with pytest.raises(UsageError, match="0 to 3"):
        fruits.generate_batches(4, 7, indices=[4])


def test_results_stream_and_memory_does_not_grow(build: Build) -> None:
    made = 0

    def counting(request: Request) -> Iterator[Step]:
        nonlocal made
        made += len(request)
        yield from grey(request)

    stream = build(counting).generate(100_000, seed=1, size=16, batch=16)
    assert made == 0
    next(stream)
    assert made == 16
    tracemalloc.start()
    for _ in itertools.islice(stream, 800):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made == 816
    assert peak < 500_000


def shape_of(*shape: int) -> Callable[[Request], Iterator[Step]]:
    return lambda request: iter([Step(torch.zeros(len(request), *shape))])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (shape_of(3, 16, 16), PluginError, "its card and request ask for"),
        (shape_of(1, 8, 16), PluginError, "its card and request ask for"),
        (lambda request: iter([]), PluginError, "without a final Step"),
        (lambda request: iter([torch.zeros(1)]), PluginError, "without a final Step"),
        (lambda r: iter([Step(torch.zeros(1), final=False)]), PluginError, "without a final"),
        (lambda r: iter([Step(torch.full((len(r), 3, 8, 16), torch.nan))]), ZooError, "finite"),
    ],
)
def test_a_generator_that_breaks_its_contract_is_named(
    build: Build, make: Callable[[Request], Iterator[Any]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        next(build(make).generate(1, seed=1))
    assert "made.here" in str(caught.value)


def test_previews_come_before_the_picture(build: Build) -> None:
    def with_preview(request: Request) -> Iterator[Step]:
        yield Step(torch.zeros(len(request), 3, 2, 2), final=False)
        yield from grey(request)

    one, two = (next(build(make).generate(1, seed=1)) for make in (with_preview, grey))
    assert (one.pixels == two.pixels).all()
