"""Scores label by label, the worst labels named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoo.evaluation.details import LabelScores, label_scores
from zoo.evaluation.report.groups import Group
from zoo.evaluation.shown import shown_number
from zoo.measure import Measure

from .canvas import FAINT, Plot, colour, draw, legend, marker, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORST = 10
_WORDS = {
    "label_accuracy": ("least often recognised", "Share in which the classifier sees the label."),
    "kernel_distance": (
        "farthest from the reference",
        "Distance of a label's pictures from the reference's of that label alone: mostly larger "
        "than the whole set's, in which what differs in opposite directions from label to label "
        "cancels. It grows with the features' spread, so read each label beside its own star.",
    ),
    "nearest_train_distance": (
        "nearest to the training pictures",
        "Median distance of a label's pictures to the nearest training picture. Labels whose real "
        "pictures vary little are near by nature.",
    ),
}


_NO_REAL = "No other real pictures of these labels are known to score beside."


def by_label(group: Group, measures: Sequence[Measure]) -> Iterator[Plot]:
    """For each set and each measure that means something of the pictures of one label."""
    for place, each in enumerate(group.evaluations):
        found = label_scores(each, measures)
        for measure in measures:
            scored = [one for one in found if measure.name in one.scores]
            if measure.name in _WORDS and len({one.scores[measure.name] for one in scored}) > 1:
                yield _plot(f"{group.number}-{place + 1}", place, each.set, measure.name, scored)


def _plot(number: str, place: int, name: str, measure: str, found: list[LabelScores]) -> Plot:
    up = measure == "kernel_distance"  # high values are bad
    ordered = sorted(found, key=lambda one: one.scores[measure], reverse=up)
    worst = ordered[:WORST]
    which, caption = _WORDS[measure]
    middle = float(np.median([one.scores[measure] for one in found]))
    counts = [one.n for one in found]

    real = [(row, one.real[measure]) for row, one in enumerate(worst) if measure in one.real]

    def paint(axis: Axes) -> None:
        rows = range(len(worst))
        values = [one.scores[measure] for one in worst]
        axis.plot(values, rows, marker(place), markersize=6, **colour(place))
        if real:
            axis.plot([value for _, value in real], [row for row, _ in real], "*", markersize=9,
                      color=FAINT, label="real pictures")  # fmt: skip
        axis.axvline(middle, color=FAINT, linestyle="--", linewidth=1.2,
                     label=f"median of all {len(found)} labels")  # fmt: skip
        axis.set_yticks(rows, [name_of(one.label) for one in worst])
        axis.invert_yaxis()
        axis.margins(x=0.12)
        axis.locator_params(axis="x", nbins=4)
        axis.set_xlabel(measure.replace("_", " "))
        legend(axis, loc="lower center", bbox_to_anchor=(0.5, 1.0))

    listed = ", ".join(_said(one, measure) for one in worst)
    return draw(
        f"plots/{number}-label-{measure.replace('_', '-')}.svg",
        paint,
        alt=f"Labels of {name} {which}: {listed}; the median label has {shown_number(middle)}.",
        caption=(
            f"{name}: the {len(worst)} labels that are {which}. {caption} From "
            f"{_span(counts)} pictures each, so that neighbours differ by chance. "
            + ("The star is what real pictures of the label score." if real else _NO_REAL)
        ),
        height=0.22 * len(worst) + 1.1,
    )


def _said(one: LabelScores, measure: str) -> str:
    real = f" (real pictures {shown_number(one.real[measure])})" if measure in one.real else ""
    return f"{one.label} {shown_number(one.scores[measure])}{real}"


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
