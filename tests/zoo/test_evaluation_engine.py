"""The engine: values, intervals, refusals, and real pictures beside them."""

from __future__ import annotations

import dataclasses
import sys
from types import ModuleType

import numpy as np
import pytest
from sightings import material, sighting

from zoo.errors import UnknownNameError, UsageError
from zoo.evaluating import find_measures
from zoo.evaluation.details import curves, label_scores
from zoo.evaluation.engine import Measured, check_finite, measure_set
from zoo.evaluation.result import Conditions, Evaluation, Material
from zoo.evaluation.seen import Seen
from zoo.measure import Measure, Need


def measured(found: Material, *names: str, force: bool = False) -> Measured:
    return measure_set(found, find_measures(names), extractor="colours", seed=0, force=force)


def test_a_shifted_set_is_far_and_the_interval_holds_the_truth() -> None:
    reference = sighting(4000, seed=1)
    found = measured(
        material(sighting(2500, seed=2, shift=0.5), reference), "frechet_distance", "precision"
    )
    score = found.scores[0]
    assert score.shown == "frechet_distance (colours)"
    assert score.interval is not None
    assert score.value == pytest.approx(8 * 0.25, rel=0.15)  # of Gaussians so far apart
    assert score.interval[0] < score.value < score.interval[1] < 1.2 * score.value
    assert len(score.half_samples) == 20
    assert [s.name for s in found.scores] == ["frechet_distance", "precision"]
    assert not found.refused


@pytest.mark.parametrize(("n", "m", "which"), [(300, 3000, "the set has 300"),
                                               (3000, 300, "the reference has 300")])  # fmt: skip
def test_a_frechet_distance_of_few_is_refused_unless_forced(n: int, m: int, which: str) -> None:
    found = material(sighting(n), sighting(m, seed=1))
    result = measured(found, "frechet_distance", "kernel_distance")
    assert [s.name for s in result.scores] == ["kernel_distance"]
    ((name, why),) = result.refused
    assert name == "frechet_distance"
    assert "below 2,048" in why
    assert which in why
    assert "kernel_distance" in why
    forced = measured(found, "frechet_distance", "kernel_distance", force=True)
    assert [s.forced for s in forced.scores] == [True, False]


def test_recall_and_coverage_of_much_less_than_the_reference_are_refused_unless_forced() -> None:
    names = ("precision", "recall", "density", "coverage")
    reference = sighting(401, seed=1)
    assert not measured(material(sighting(201), reference), *names).refused
    few = material(sighting(200), reference)
    result = measured(few, *names)
    assert [s.name for s in result.scores] == ["precision", "density"]
    assert [name for name, _ in result.refused] == ["recall", "coverage"]
    assert all("200 pictures beside 401; 201 at least" in why for _, why in result.refused)
    forced = measured(few, *names, force=True)
    assert [s.forced for s in forced.scores] == [False, True, False, True]


def test_only_pictures_of_the_same_data_say_what_is_near() -> None:
    """A reference of another kind lies far from the train pictures; by it, all would be copies."""
    train, new = sighting(300, seed=1), sighting(200, seed=2)
    other = sighting(200, seed=3, shift=9)
    found = measured(material(new, other, train), "near_train_share", "nearest_train_distance")
    ((name, why),) = found.refused
    assert name == "near_train_share"
    assert "--held-out SET" in why
    assert found.scores[0].real is None
    assert "--held-out" in (found.scores[0].real_why or "")
    given = dataclasses.replace(material(new, other, train), held_out=sighting(200, seed=4))
    share, distance = measured(given, "near_train_share", "nearest_train_distance").scores
    assert share.value < 0.05
    assert (share.real_of, distance.real_of) == ("held_out", "held_out")
    assert distance.real == pytest.approx(distance.value, rel=0.1)


def test_what_is_lacking_is_said() -> None:
    refused = dict(measured(material(sighting(50))).refused)
    assert "--against SET" in refused["kernel_distance"]
    assert "--train SET" in refused["nearest_train_distance"]
    assert "labels" in refused["label_accuracy"]
    assert "spectrum" in refused["spectrum_distance"]


def test_inception_score_over_other_labels_never_bears_the_bare_name() -> None:
    (score,) = measured(material(sighting(60, labels=3)), "inception_score").scores
    assert score.shown == "inception_score (labels)"
    assert score.value == pytest.approx(3, rel=0.01)
    seen = material(sighting(60, labels=3))
    canonical = measure_set(seen, find_measures(["inception_score"]), extractor="fid", seed=0)
    assert canonical.scores[0].shown == "IS"


def test_a_measure_that_fails_is_refused_and_the_others_go_on(monkeypatch) -> None:
    module = ModuleType("hasty")
    module.build = lambda: lambda seen, reference: 1 / 0  # type: ignore[attr-defined]
    module.odd = lambda: lambda seen, reference: np.nan  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hasty", module)
    hasty = [Measure("hasty", "fails", "hasty:build"), Measure("odd", "no number", "hasty:odd")]
    vendi = find_measures(["vendi_score"])
    result = measure_set(material(sighting(20)), [*hasty, *vendi], extractor="f", seed=0)
    assert [s.name for s in result.scores] == ["vendi_score"]
    assert "ZeroDivisionError" in dict(result.refused)["hasty"]
    assert "finite" in dict(result.refused)["odd"]


def test_two_or_three_pictures_have_values_without_intervals() -> None:
    (score,) = measured(material(sighting(3)), "vendi_score").scores
    assert 1 < score.value <= 3
    assert score.interval is None
    assert score.error is None
    assert score.half_samples == ()


def test_real_pictures_are_drawn_like_the_set() -> None:
    """Their labels, too: else a set whose labels are in order would seem nearer than real ones."""
    rng = np.random.default_rng(5)
    labels = rng.permutation(np.repeat([0, 1, 2], [300, 300, 2400]))
    centres = np.array([[9.0], [-9.0], [0.0]], np.float32)
    features = centres[labels] + rng.standard_normal((3000, 4)).astype(np.float32)
    train = Seen(features, np.eye(3, dtype=np.float32)[labels], labels)
    seen = sighting(150, labels=3, dim=4)  # a third each
    reference = Seen(centres[seen.asked] + seen.features, seen.logits, seen.asked)
    (score,) = measured(material(seen, reference, train), "frechet_distance", force=True).scores
    assert score.real_n == 150
    assert score.real is not None
    assert score.real < 3  # drawn at random it would be above 50
    (alone,) = measured(material(seen, reference, train), "vendi_score").scores
    assert alone.real_n == 150


def test_features_that_are_no_numbers_are_named() -> None:
    seen = sighting(9)
    seen.features[4, 2] = np.nan
    seen.features[7, 0] = np.inf
    with pytest.raises(UsageError, match=r"x: the features of 2 of 9 pictures .* \(picture 4, 7\)"):
        check_finite(seen, "x")


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="'frechet_distance'"):
        find_measures(["frechet"])
    assert {m.name for m in find_measures()} >= {
        "inception_score", "frechet_distance", "kernel_distance", "precision", "recall", "density",
        "coverage", "vendi_score", "label_accuracy", "nearest_train_distance",
    }  # fmt: skip


def test_curves_and_labels_for_a_page() -> None:
    seen, reference = sighting(240, labels=3), sighting(300, seed=1, labels=3)
    found = material(seen, reference)
    names = ("kernel_distance", "label_accuracy", "vendi_score")
    scores = measured(found, *names).scores
    evaluation = Evaluation(
        "s", Conditions("f", "0" * 12, "none", 240), scores, material=found
    )  # fmt: skip
    drawn = {c.name: c for c in curves(evaluation, find_measures(names))}
    assert drawn["vendi_score"].counts == (30, 60, 120, 240)
    assert drawn["vendi_score"].values[-1] == pytest.approx(scores[2].value)
    assert list(drawn["vendi_score"].values) == sorted(drawn["vendi_score"].values)
    labels = label_scores(evaluation, find_measures(names))
    assert [(x.label, x.n, x.reference_n) for x in labels] == [(c, 80, 100) for c in "abc"]
    assert labels[0].scores.keys() == {"kernel_distance", "label_accuracy"}
    assert labels[0].scores["label_accuracy"] == 1
    assert labels[0].real == {"label_accuracy": 1}  # of the reference; there are no train pictures
    beside = dataclasses.replace(found, train=sighting(150, seed=2, labels=3))
    real = label_scores(dataclasses.replace(evaluation, material=beside), find_measures(names))
    assert real[0].real.keys() == {"kernel_distance", "label_accuracy"}


def test_needs_are_those_that_are_documented() -> None:
    assert {need.value for need in Need} == {
        "reference", "train", "held_out", "logits", "labels", "spectrum",
    }  # fmt: skip
