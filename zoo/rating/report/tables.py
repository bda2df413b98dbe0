"""A study's summary as tables of words, the same for the terminal and for the page."""

from __future__ import annotations

from dataclasses import dataclass

from ..estimate import Estimate, Range

INTERVALS = ("95 %, these raters", "95 %, raters like these")
NONE = "–"


@dataclass(frozen=True)
class Bar:
    """A row of a figure: an estimate by the name of what it is of."""

    name: str
    estimate: Estimate


@dataclass(frozen=True)
class Figure:
    """Estimates on one scale from ``low`` to ``high``; ``middle`` is where nothing differs.
    ``shares`` are written in per cent."""

    low: float
    high: float
    middle: float | None
    shares: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Table:
    """``notes`` say what the numbers mean."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    figure: Figure | None = None


def percent(share: float) -> str:
    """0.25 as 25.0 %."""
    return f"{100 * share:.1f} %"


def both_ends(found: Estimate, *, shares: bool = False) -> tuple[str, str]:
    """Both intervals of an estimate, as INTERVALS heads them."""
    over = found.over_raters
    return (
        span(found.independent, shares=shares),
        NONE if over is None else span(over, shares=shares),
    )


def speaks_of(found: Estimate) -> str:
    """Of whom an estimate speaks: of people only where it has an interval for other raters."""
    if found.over_raters is not None:
        return "people"
    return "this rater" if found.raters == 1 else f"these {found.raters} raters"


def span(ends: Range, *, shares: bool = False) -> str:
    """An interval in words."""
    return "{} to {}".format(*(percent(end) if shares else f"{end:.2f}" for end in ends))


def counted(count: int, thing: str) -> str:
    """1 rater, 2 raters."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
