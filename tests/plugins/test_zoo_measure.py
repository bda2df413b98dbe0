"""Zoo's measures: of whole sets and of halves, what the pure functions say of the same arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.evaluation.copying import copying
from zoo.evaluation.density_coverage import density_coverage
from zoo.evaluation.frechet import frechet_distance
from zoo.evaluation.inception_score import inception_score
from zoo.evaluation.kernel import discrepancy
from zoo.evaluation.label_accuracy import label_accuracy
from zoo.evaluation.measuring import load_measure
from zoo.evaluation.nearest import nearest
from zoo.evaluation.precision_recall import precision_recall
from zoo.evaluation.seen import Seen
from zoo.evaluation.spectrum_distance import spectrum_distance
from zoo.evaluation.vendi import vendi_score
from zoo.measure import Need
from zoo.plugins import plugin_manager


def made(n: int, seed: int, shift: float = 0) -> Seen:
    rng = np.random.default_rng(seed)
    return Seen(
        (rng.normal(size=(n, 24)) + shift).astype(np.float32),
        rng.normal(size=(n, 7)).astype(np.float32),
        rng.integers(0, 7, n),
        rng.normal(size=(n, 32)).astype(np.float32) + np.float32(shift),
    )


REFERENCE, TRAIN, WHOLE = made(150, 0), made(200, 1), made(120, 2, shift=0.2)
HALF = WHOLE.take(np.random.default_rng(3).permutation(120)[:60])


def near_share(s: Seen) -> float:
    held_out = nearest(REFERENCE.features, TRAIN.features).distances
    return copying(nearest(s.features, TRAIN.features).distances, held_out).near


def prdc(s: Seen) -> dict[str, float]:
    both = precision_recall(s.features, REFERENCE.features, k=5)
    return both._asdict() | density_coverage(s.features, REFERENCE.features, k=5)._asdict()


SAID: dict[str, Callable[[Seen], float]] = {
    "frechet_distance": lambda s: frechet_distance(s.features, REFERENCE.features),
    "kernel_distance": lambda s: discrepancy(s.features, REFERENCE.features),
    "spectrum_distance": lambda s: spectrum_distance(s.spectrum, REFERENCE.spectrum),
    "precision": lambda s: prdc(s)["precision"],
    "recall": lambda s: prdc(s)["recall"],
    "density": lambda s: prdc(s)["density"],
    "coverage": lambda s: prdc(s)["coverage"],
    "vendi_score": lambda s: vendi_score(s.features),
    "inception_score": lambda s: inception_score(s.logits).mean,
    "label_accuracy": lambda s: label_accuracy(s.logits, s.asked),
    "nearest_train_distance": lambda s: float(
        np.median(nearest(s.features, TRAIN.features).distances)
    ),
    "near_train_share": near_share,
}


def measured(name: str, *sets: Seen) -> list[float]:
    prepared = load_measure(plugin_manager().measures()[name]).prepare(REFERENCE, TRAIN)
    return [prepared(s) for s in sets]


def test_these_are_all() -> None:
    assert set(plugin_manager().measures()) >= set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_whole_set_and_its_halves(name: str) -> None:
    found = measured(name, WHOLE, HALF, HALF.take(np.arange(40)))
    expected = [SAID[name](s) for s in (WHOLE, HALF, HALF.take(np.arange(40)))]
    assert found == pytest.approx(expected, rel=1e-9)
    assert len(set(found)) > 1
    low, high = plugin_manager().measures()[name].bounds
    assert all(low <= value <= high for value in found)


@pytest.mark.parametrize("name", ["frechet_distance", "precision", "recall", "density", "coverage"])
def test_sets_that_are_too_large_to_keep_are_measured_alike(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoo_measure.manifold.MOST_PAIRS", 100)
    monkeypatch.setattr("zoo_measure.frechet.MOST_BYTES", 100)
    expected = [SAID[name](s) for s in (WHOLE, HALF)]
    assert measured(name, WHOLE, HALF) == pytest.approx(expected, rel=1e-9)


def test_two_references_are_not_mixed_up() -> None:
    other = made(150, 7, shift=3)
    measures = plugin_manager().measures()
    for name in ("frechet_distance", "precision", "near_train_share"):
        loaded = load_measure(measures[name])
        one, two = loaded.prepare(REFERENCE, TRAIN), loaded.prepare(other, TRAIN)
        assert one(WHOLE) == pytest.approx(SAID[name](WHOLE), rel=1e-9)
        assert one(WHOLE) != two(WHOLE)


@pytest.mark.parametrize("name", SAID)
def test_damaged_and_unlike_features_are_plain_errors(name: str) -> None:
    measure = plugin_manager().measures()[name]
    broken = {
        field: None if getattr(WHOLE, field) is None else getattr(WHOLE, field) * np.float32("nan")
        for field in ("features", "logits", "spectrum")
    }
    with pytest.raises(UsageError, match="not finite"):
        load_measure(measure).prepare(REFERENCE, TRAIN)(Seen(asked=WHOLE.asked, **broken))
    if measure.needs & {Need.REFERENCE, Need.TRAIN}:
        narrow = Seen(WHOLE.features[:, :9], spectrum=WHOLE.spectrum[:, :9])
        with pytest.raises(UsageError, match="9 features, the reference"):
            load_measure(measure).prepare(REFERENCE, TRAIN)(narrow)


@pytest.mark.parametrize("name", ["frechet_distance", "kernel_distance", "recall"])
def test_one_picture_is_too_few(name: str) -> None:
    with pytest.raises(UsageError, match=r"at least 2 pictures|among 1 pictures"):
        measured(name, Seen(WHOLE.features[:1]))
