"""A sentence for each score, for somebody who has not met the measure before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zoo.evaluation.result import Evaluation, Score
from zoo.evaluation.shown import shown_number
from zoo.measure import Measure

EXPECTED_NEAR = 0.01
"""Of held-out pictures this share is as near to a training picture as ``near_train_share`` asks."""


@dataclass(frozen=True)
class _Facts:
    """A score with what a sentence needs: ``n`` pictures of the set, ``m`` of the reference."""

    score: Score
    n: int
    m: int

    @property
    def value(self) -> str:
        return shown_number(self.score.value)

    def real(self, words: str) -> str:
        """``words`` with the value of real pictures in place of {}, where that is known."""
        real = self.score.real
        return "" if real is None else words.format(shown_number(real))

    def real_share(self, words: str) -> str:
        real = self.score.real
        return "" if real is None else words.format(percent(real))

    def of_set(self) -> str:
        """``Of 5,000 pictures, 4,912 (98.2 %)``."""
        return f"Of {self.n:,} pictures, {_share(self.score.value, self.n)}"

    def of_reference(self) -> str:
        return f"Of the {self.m:,} reference pictures, {_share(self.score.value, self.m)}"


def sentence(score: Score, evaluation: Evaluation, measures: Mapping[str, Measure]) -> str:
    """What a score says. Of a measure that a plugin brings, its summary."""
    conditions = evaluation.conditions
    if score.name in _SENTENCES:
        facts = _Facts(score, conditions.n, conditions.reference_n or 0)
        return _SENTENCES[score.name](facts)
    summary = measures[score.name].summary if score.name in measures else score.name
    return f"{summary[:1].upper()}{summary[1:]}: {shown_number(score.value)}."


def better(score: Score) -> str:
    """Which way is better, in words."""
    return {"higher": "higher is better", "lower": "lower is better", "none": ""}[score.better]


def percent(share: float) -> str:
    """0.25 as 25.0 %; what is not all or nothing is not called so."""
    text = f"{100 * share:.1f}"
    if text == "100.0" and share < 1:
        return "over 99.9 %"
    return "under 0.1 %" if text == "0.0" and share > 0 else f"{text} %"


def _share(share: float, total: int) -> str:
    return f"{round(share * total):,} ({percent(share)})"


def _frechet(f: _Facts) -> str:
    return (
        f"Taken together, the pictures lie {f.value} away from the reference, in the mean and the "
        f"spread of what the network sees (0: alike){f.real('; as many real pictures, {}')}."
    )


def _kernel(f: _Facts) -> str:
    return (
        f"A second distance from the reference, which few pictures do not bias: {f.value} (around "
        f"0: alike){f.real('; of real pictures, {}')}."
    )


def _spectrum(f: _Facts) -> str:
    return (
        f"From coarse shapes to fine grain, there is {f.value} decibels more or less detail than "
        f"in the reference, on average over all scales{f.real('; in real pictures, {}')}."
    )


def _precision(f: _Facts) -> str:
    real = f.real_share("; of as many real pictures, {} do")
    return f"{f.of_set()} lie where reference pictures lie: they look like them{real}."


def _recall(f: _Facts) -> str:
    real = f.real_share("; real pictures reach {}")
    return f"{f.of_reference()} are reached: they lie where pictures of the set lie{real}."


def _density(f: _Facts) -> str:
    return (
        f"Around the reference's pictures, the set is {f.value} times as dense as pictures of the "
        f"same kind would be{f.real('; real ones are {}')}."
    )


def _coverage(f: _Facts) -> str:
    real = f.real_share("; real pictures cover {}")
    return f"{f.of_reference()} have a picture of the set close by{real}."


def _vendi(f: _Facts) -> str:
    return (
        f"The {f.n:,} pictures are as varied as {f.value} that have nothing in common"
        f"{f.real('; real ones as {}')}."
    )


def _inception(f: _Facts) -> str:
    return (
        f"The classifier tells the pictures apart as if it saw {f.value} labels, equally often and "
        f"without a doubt{f.real('; in real pictures, {}')}."
    )


def _labels(f: _Facts) -> str:
    real = f.real_share("; of real pictures it knows {}")
    return f"{f.of_set()} show, to the classifier, the label that they were asked for{real}."


def _nearest(f: _Facts) -> str:
    return (
        f"Half of the pictures are nearer than {f.value} to some training picture"
        f"{f.real('; of real ones that were not trained on, half are nearer than {}')}. Far nearer "
        "would be copying."
    )


def _near(f: _Facts) -> str:
    ends = f.score.interval
    found = (
        "That is more than chance: look at the closest pairs for copies"
        if ends is not None and ends[0] > EXPECTED_NEAR
        else "That is no sign of copying"
    )
    return (
        f"{f.of_set()} are as near to a training picture as 1 % of new real pictures are. {found}."
    )


_SENTENCES: Mapping[str, Callable[[_Facts], str]] = {
    "frechet_distance": _frechet,
    "kernel_distance": _kernel,
    "spectrum_distance": _spectrum,
    "precision": _precision,
    "recall": _recall,
    "density": _density,
    "coverage": _coverage,
    "vendi_score": _vendi,
    "inception_score": _inception,
    "label_accuracy": _labels,
    "nearest_train_distance": _nearest,
    "near_train_share": _near,
}
