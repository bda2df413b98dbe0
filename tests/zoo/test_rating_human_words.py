"""What people said of models, in words: units, noise, and how few they were."""

from __future__ import annotations

from zoo.rating.estimate import Estimate
from zoo.rating.human_results import HumanScore
from zoo.rating.human_words import human_remarks, human_title


def said(measure: str, raters: int, **values: tuple[float, float, float]) -> HumanScore:
    found = {name: Estimate(v, 20, raters, (low, high), None) for name, (low, v, high)
             in values.items()}  # fmt: skip
    return HumanScore("ab12", "s.sqlite", measure, f"{raters} raters", found, {})


def test_units_and_noise() -> None:
    score = said("preference", 9, near=(-0.2, 0.1, 0.4), close=(0.3, 0.5, 0.7), far=(2, 2.5, 3))
    assert human_title(score) == "preference, log odds"
    (noise,) = human_remarks(score)
    assert noise.endswith("near and close")
    assert human_title(said("aesthetics", 9)) == "aesthetics, mean, 1 to 5"


def test_a_few_raters_speak_of_themselves() -> None:
    (few,) = human_remarks(said("human_error_rate", 1, a=(0.1, 0.2, 0.3)))
    assert few.startswith("one rater, fewer than 5")
    assert not human_remarks(said("human_error_rate", 5, a=(0.1, 0.2, 0.3)))
