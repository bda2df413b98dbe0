"""Where the marks of a figure lie: estimates with their intervals, one below the other."""

from __future__ import annotations

from dataclasses import dataclass

from ..estimate import Range
from .tables import Figure

WIDTH = 480
ROW = 44
MARGIN = 12
MOST_NAME = 56


@dataclass(frozen=True)
class Mark:
    """A row: its name at ``y``, and below it the estimate at ``x`` and both intervals, in units of
    the drawing."""

    name: str
    y: int
    x: float
    independent: Range
    over_raters: Range | None


@dataclass(frozen=True)
class Drawing:
    """``ticks`` are places on the axis and what is written there."""

    width: int
    height: int
    middle: float | None
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


def draw(figure: Figure) -> Drawing:
    """The places of everything in a figure."""

    def place(value: float) -> float:
        share = (value - figure.low) / (figure.high - figure.low)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    def both(ends: Range) -> Range:
        return place(ends[0]), place(ends[1])

    marks = []
    for row, bar in enumerate(figure.bars):
        found, name = bar.estimate, bar.name
        short = name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"
        over = None if found.over_raters is None else both(found.over_raters)
        marks.append(Mark(short, ROW * row + 16, place(found.value), both(found.independent), over))
    steps = [figure.low + (figure.high - figure.low) * n / 4 for n in range(5)]
    ticks = tuple((place(s), f"{100 * s:.0f} %" if figure.shares else f"{s:.2g}") for s in steps)
    middle = None if figure.middle is None else place(figure.middle)
    return Drawing(WIDTH, ROW * len(marks) + 28, middle, ticks, tuple(marks))
