"""What a page shows beside the scores: their dependence on the number of pictures, and labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from zoo.errors import PluginError, UsageError
from zoo.measure import Measure, Prepared

from .half_samples import LEAST
from .measuring import load_measure, unmet
from .real_mark import real_of
from .result import Evaluation, Material
from .seen import Seen

DRAWS = 5
PER_LABEL = ("label_accuracy", "kernel_distance", "nearest_train_distance")
"""Measures that mean something for the few dozen pictures of one label."""


@dataclass(frozen=True)
class Curve:
    """A measure against the number of pictures: means of ``draws`` subsets without replacement, and
    their standard deviations. The last point is the whole set, one draw, deviation 0."""

    name: str
    shown: str
    counts: tuple[int, ...]
    values: tuple[float, ...]
    deviations: tuple[float, ...]
    draws: int


@dataclass(frozen=True)
class LabelScores:
    """The pictures that were asked for one label, against the reference's of that label. A measure
    is missing where there are too few of either. ``real`` is what real pictures of the label score,
    where their labels are known."""

    label: str
    n: int
    reference_n: int
    scores: dict[str, float]
    real: dict[str, float]


def curves(evaluation: Evaluation, measures: Sequence[Measure]) -> tuple[Curve, ...]:
    """Of each measure that was scored, at an eighth, a quarter, half and all of the pictures."""
    material = evaluation.material
    if material is None:
        return ()
    return tuple(
        curve
        for measure in measures
        if (score := evaluation.score(measure.name)) is not None
        for curve in [_curve(measure, score.shown, material, evaluation.conditions.seed)]
        if curve is not None
    )


def _curve(measure: Measure, shown: str, material: Material, seed: int) -> Curve | None:
    prepared = load_measure(measure).prepare(material.beside(measure), material.train)
    n = len(material.seen)
    counts, values, deviations = [], [], []
    rng = np.random.default_rng([seed, 3])
    for count in sorted({n // 8, n // 4, n // 2} - set(range(LEAST))):
        rows = [np.sort(rng.choice(n, count, replace=False)) for _ in range(DRAWS)]
        drawn = [v for r in rows for v in _tried(prepared, material.seen.take(r))]
        if len(drawn) == DRAWS:
            counts.append(count)
            values.append(float(np.mean(drawn)))
            deviations.append(float(np.std(drawn, ddof=1)))
    whole = _tried(prepared, material.seen)
    if not whole or not counts:
        return None
    return Curve(
        measure.name, shown, (*counts, n), (*values, whole[0]), (*deviations, 0.0), DRAWS
    )  # fmt: skip


def label_scores(evaluation: Evaluation, measures: Sequence[Measure]) -> tuple[LabelScores, ...]:
    """Of every label that pictures were asked for, in the extractor's order; () without labels."""
    material = evaluation.material
    if material is None or material.seen.asked is None:
        return ()
    chosen = [m for m in measures if m.name in PER_LABEL and evaluation.score(m.name)]
    return tuple(
        _of_label(int(index), material, chosen)
        for index in np.unique(material.seen.asked)
        if index >= 0
    )


def _of_label(index: int, material: Material, measures: Sequence[Measure]) -> LabelScores:
    seen, reference = (_part(s, index) for s in (material.seen, material.reference))
    assert seen is not None
    scores, real = {}, {}
    for measure in measures:
        beside = _part(material.beside(measure), index)
        for value in _per_label(measure, seen, beside, material.train):
            scores[measure.name] = value
        alike = _part(real_of(measure, material)[1], index)
        if alike is not None:
            for value in _per_label(measure, alike, beside, material.train):
                real[measure.name] = value
    count = 0 if reference is None else len(reference)
    return LabelScores(material.labels[index], len(seen), count, scores, real)


def _part(seen: Seen | None, index: int) -> Seen | None:
    if seen is None or seen.asked is None or not (seen.asked == index).any():
        return None
    part = seen.take(seen.asked == index)
    return Seen(part.features, part.logits, part.asked, part.spectrum)


def _per_label(
    measure: Measure, seen: Seen, reference: Seen | None, train: Seen | None
) -> Iterator[float]:
    """The value, or nothing where it cannot be taken."""
    if unmet(measure, seen, reference, train) is not None:
        return
    try:
        yield from _tried(load_measure(measure).prepare(reference, train), seen)
    except (UsageError, PluginError):
        return


def _tried(prepared: Prepared, seen: Seen) -> list[float]:
    """The value in a list, empty where the set is too small for it."""
    try:
        return [prepared(seen)]
    except (UsageError, PluginError):
        return []
