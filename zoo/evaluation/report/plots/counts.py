"""Scores against the number of pictures: how much of a score is due to that number alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zoo.evaluation.details import Curve, curves
from zoo.evaluation.extrapolation import LINEAR, at_infinity
from zoo.evaluation.report.groups import Group
from zoo.evaluation.shown import shown_number
from zoo.measure import Measure

from .canvas import FAINT, Plot, colour, draw, marker

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def against_counts(group: Group, measures: Sequence[Measure]) -> Iterator[Plot]:
    """A small plot for each measure, with a line for each set."""
    found: dict[str, list[tuple[int, Curve]]] = {}
    for place, each in enumerate(group.evaluations):
        for curve in curves(each, measures):
            found.setdefault(curve.name, []).append((place, curve))
    for name in group.measures:
        if name in found:
            yield _plot(group, name, found[name])


def _plot(group: Group, name: str, lines: list[tuple[int, Curve]]) -> Plot:
    real = group.real(name)
    ends = {place: _end(curve) for place, curve in lines}

    def paint(axis: Axes) -> None:
        for place, curve in lines:
            axis.errorbar(
                curve.counts, curve.values, yerr=curve.deviations, fmt=f"{marker(place)}-",
                markersize=4, linewidth=1.4, **colour(place),
            )  # fmt: skip
            if (end := ends[place]) is not None:
                axis.axhline(end, linestyle="--", linewidth=1, **colour(place))
        if real is not None:
            axis.plot([real[0]], [real[1]], "*", markersize=10, color=FAINT)
        axis.set_title(lines[0][1].shown)
        axis.set_xlim(0)
        axis.set_xlabel("pictures")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axis.locator_params(nbins=4)

    return draw(
        f"plots/{group.number}-count-{name.replace('_', '-')}.svg",
        paint,
        alt=" ".join(_said(group.evaluations[place].set, curve) for place, curve in lines),
        caption=_caption(ends),
        small=True,
    )


def _end(curve: Curve) -> float | None:
    """Without the bias of the set's number, where that is known to be linear in 1/N."""
    return at_infinity(curve.counts, curve.values) if curve.name in LINEAR else None


def _caption(ends: dict[int, float | None]) -> str:
    known = [shown_number(end) for end in ends.values() if end is not None]
    if not known:
        return ""
    return f"Dashed: {', '.join(known)}, of infinitely many pictures by a straight line in 1/N."


def _said(name: str, curve: Curve) -> str:
    pairs = zip(curve.counts, curve.values, strict=True)
    points = ", ".join(f"{shown_number(value)} of {count:,}" for count, value in pairs)
    return f"{curve.shown} of {name} by number of pictures: {points}."
