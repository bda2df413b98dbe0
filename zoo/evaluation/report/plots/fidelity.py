"""Precision beside recall, and density beside coverage: how true, and how varied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zoo.evaluation.report.groups import Group
from zoo.evaluation.result import Evaluation, Score

from .canvas import FAINT, Plot, colour, draw, legend, marker, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAIRS = (
    (
        "recall", "precision",
        "Up: more of the set looks like the reference. To the right: more of the reference is "
        "reached. Good is where the real pictures are.",
    ),
    (
        "coverage", "density",
        "The same two questions, counted so that an odd picture weighs less (density has no upper "
        "end).",
    ),
)  # fmt: skip


def fidelity_and_variety(group: Group) -> Iterator[Plot]:
    """One plot a pair of measures, with a cross of both intervals for each set."""
    for across, up, caption in _PAIRS:
        both = [e for e in group.evaluations if e.score(across) and e.score(up)]
        if both:
            yield _plot(group, both, across, up, caption)


def _plot(group: Group, sets: list[Evaluation], across: str, up: str, caption: str) -> Plot:
    real = group.real(across), group.real(up)
    points = [(each.set, each.score(across), each.score(up)) for each in sets]

    def paint(axis: Axes) -> None:
        drawn: list[Any] = []
        for place, (name, x, y) in enumerate(points):
            if x is not None and y is not None:
                drawn.append(axis.errorbar(
                    x.value, y.value, xerr=_reach(x), yerr=_reach(y), fmt=marker(place),
                    markersize=6, linewidth=1.6, label=name_of(name), **colour(place),
                ))  # fmt: skip
        if real[0] and real[1]:
            drawn += axis.plot([real[0][1]], [real[1][1]], "*", markersize=12, color=FAINT,
                               label=group.real_of(across) or "real pictures")  # fmt: skip
        axis.set_xlim(0, 1)
        axis.set_ylim(0, 1.1 * axis.get_ylim()[1] if up == "density" else 1)
        axis.set_xlabel(across)
        axis.set_ylabel(up)
        legend(axis, loc="best", handles=drawn)

    said = [f"{name}: {x.value:.2f} and {y.value:.2f}" for name, x, y in points if x and y]
    if real[0] and real[1]:
        said.append(f"real pictures: {real[0][1]:.2f} and {real[1][1]:.2f}")
    return draw(
        f"plots/{group.number}-{up}-{across}.svg",
        paint,
        alt=f"{across.capitalize()} (across) and {up} (up). {'; '.join(said)}.",
        caption=caption,
    )


def _reach(score: Score) -> list[list[float]] | None:
    """Below and above a value, as matplotlib wants it."""
    if score.interval is None:
        return None
    low, high = score.interval
    return [[max(0.0, score.value - low)], [max(0.0, high - score.value)]]
