"""Which differences are more than noise."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sightings import evaluation

from zoo.evaluation.aspects import in_words, standings
from zoo.evaluation.differences import differences
from zoo.evaluation.result import Score


def score(value: float, error: float | None, name: str = "x", better: str = "lower") -> Score:
    halves = () if error is None else tuple(np.linspace(value - 1, value + 1, 20))
    return Score(name, f"{name} (f)", value, None, better, error, halves)  # type: ignore[arg-type]


def test_far_apart_is_told_and_near_is_noise() -> None:
    one = evaluation("one", [score(1, 0.1), score(5, 1, "y", "higher"), score(1, 1, "z", "none")])
    other = evaluation(
        "other", [score(2, 0.1), score(6, 1, "y", "higher"), score(9, 1, "z", "none")]
    )
    x, y, z = differences([one, other])
    assert (x.value, x.noise, x.ahead) == (-1, False, "one")
    assert x.interval[0] < -1 < x.interval[1] < 0
    assert (y.noise, y.ahead) == (True, None)
    assert (z.noise, z.ahead) == (False, None)  # a measure without a better side


def test_what_lies_beyond_real_pictures_is_no_gain() -> None:
    """More precise than real pictures is no merit; but to fall short of them is a fault."""

    def marked(value: float) -> Score:
        return dataclasses.replace(score(value, 0.01, "precision", "higher"), real=0.58)

    both, short = [marked(0.9), marked(0.7)], [marked(0.9), marked(0.4)]
    (found,) = differences([evaluation("one", both[:1]), evaluation("other", both[1:])])
    assert (found.noise, found.no_gain, found.ahead) == (False, True, None)
    (found,) = differences([evaluation("one", short[:1]), evaluation("other", short[1:])])
    assert (found.noise, found.no_gain, found.ahead) == (False, False, "one")


def test_measures_of_one_aspect_count_once() -> None:
    names = {"frechet_distance": 1, "kernel_distance": 1, "precision": 2, "density": 1}
    one = [score(v, 0.01, n, "lower") for n, v in names.items()]
    other = [score(1.5, 0.01, n, "lower") for n in names]
    (standing,) = standings(differences([evaluation("one", one), evaluation("other", other)]))
    said = in_words(standing)
    assert "one is ahead in distance from the reference (frechet_distance (f), kernel_di" in said
    assert "the measures of fidelity disagree" in said
    assert "other is ahead" not in said


def test_more_comparisons_ask_for_more() -> None:
    pair = [evaluation("a", [score(0, 1)]), evaluation("b", [score(3.2, 1)])]
    (alone,) = differences(pair)
    assert not alone.noise
    many = [dataclasses.replace(e, scores=tuple(score(s.value, 1, f"m{i}") for s in e.scores
                                                for i in range(20))) for e in pair]  # fmt: skip
    assert len(differences(many)) == 20
    assert all(d.noise for d in differences(many))


def test_equal_sets_differ_in_one_family_of_twenty_at_most() -> None:
    rng = np.random.default_rng(0)
    wrong = 0
    for _ in range(300):
        sets = []
        for name in "abc":
            halves = rng.standard_normal((4, 20))
            values = rng.standard_normal(4)
            sets.append(evaluation(name, [
                Score(f"m{i}", "m", values[i], None, "lower", float(halves[i].std(ddof=1)),
                      tuple(halves[i])) for i in range(4)]))  # fmt: skip
        wrong += any(not d.noise for d in differences(sets))
    assert wrong / 300 <= 0.05


@pytest.mark.parametrize("changes", [{"features": "g"}, {"revision": "1" * 12},
                                     {"resize": "other"}, {"reference": "s"}])  # fmt: skip
def test_unlike_conditions_are_not_compared(changes: dict[str, str]) -> None:
    assert not differences(
        [evaluation("a", [score(1, 0.1)]), evaluation("b", [score(2, 0.1)], **changes)]
    )


def test_other_numbers_of_pictures_are_not_compared() -> None:
    assert not differences(
        [evaluation("a", [score(1, 0.1)], n=100), evaluation("b", [score(2, 0.1)], n=200)]
    )
    assert not differences([evaluation("a", [score(1, None)]), evaluation("b", [score(2, None)])])
