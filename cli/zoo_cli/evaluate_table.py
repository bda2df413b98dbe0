"""Scores as tables: one for each extractor and reference, a column for each set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zoo.evaluation.real_words import real_gaps, real_head, real_legend, real_sign
from zoo.evaluation.shown import shown_number as number
from zoo.evaluation.subsample_words import subsamples

from .output import printable

if TYPE_CHECKING:
    from zoo.evaluation.result import Evaluation, Score

WIDTH = 120
REAL = 19
"""Of the last column."""
MOST_EXCLUDED = 3
_BETTER = {"higher": "↑", "lower": "↓", "none": " "}  # is better


def lines(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """Everything that belongs beside the scores is printed with them."""
    tables: dict[object, list[Evaluation]] = {}
    for each in evaluations:
        tables.setdefault(each.conditions.table, []).append(each)
    for place, group in enumerate(tables.values()):
        if place:
            yield ""
        yield from map(printable, _table(group))


def _table(evaluations: list[Evaluation]) -> Iterator[str]:
    first = evaluations[0].conditions
    yield f"features   {first.extractor}, {first.resize}"
    if first.reference is None:
        yield "reference  none: --against SET gives one"
    else:
        yield f"reference  {first.reference}, n = {first.reference_n:,}"
    for each in evaluations:
        yield f"set        {_set(each)}"
    for count, size, sets in subsamples(evaluations):
        of = f" ({sets})" if sets else ""
        yield f"interval   95 %, by {count} subsamples of {size:,} without replacement{of}"
    for legend in filter(None, dict.fromkeys(map(real_legend, evaluations))):
        yield f"real       {legend}"
    yield ""
    yield from _scores(evaluations)
    yield from _beside(evaluations)


def _set(evaluation: Evaluation) -> str:
    conditions = evaluation.conditions
    options = f", {conditions.options}" if conditions.options else ""
    train = ""
    if conditions.train is not None:
        train = f"; train pictures {conditions.train}, n = {conditions.train_n:,}"
    return f"{evaluation.set}, n = {conditions.n:,}, seed {conditions.seed}{options}{train}"


def _scores(evaluations: list[Evaluation]) -> Iterator[str]:
    names = dict.fromkeys(s.name for e in evaluations for s in e.scores)
    if not names:
        return
    rows = [[e.score(name) for e in evaluations] for name in names]
    heads = [_head(row) for row in rows]
    first = max(len(head.shown) for head in heads) + 2
    widths = [
        max(len(e.set), *(len(_cell(row[i])) for row in rows)) + 2
        for i, e in enumerate(evaluations)
    ]
    for part in _parts(widths, WIDTH - first - REAL):
        title = "".join(f"{evaluations[i].set:>{widths[i]}}" for i in part)
        yield f"{'':{first + 2}}{title}{real_head(heads):>{REAL}}"
        for head, row in zip(heads, rows, strict=True):
            cells = "".join(f"{_cell(row[i]):>{widths[i]}}" for i in part)
            yield f"{head.shown:<{first}}{_BETTER[head.better]} {cells}{_real(row, heads):>{REAL}}"


def _head(row: list[Score | None]) -> Score:
    """The first score of a measure that has a mark of real pictures, or the first."""
    found = [score for score in row if score is not None]
    return next((score for score in found if score.real_of), found[0])


def _parts(widths: list[int], room: int) -> Iterator[list[int]]:
    """Columns that fit beside each other, at least one at a time."""
    part: list[int] = []
    for index, width in enumerate(widths):
        if part and sum(widths[i] for i in part) + width > room:
            yield part
            part = []
        part.append(index)
    yield part


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    mark = "!" if score.forced else ""
    if score.interval is None:
        return f"{number(score.value)}{mark}"
    low, high = score.interval
    return f"{number(score.value)}{mark} [{number(low)}, {number(high)}]"


def _real(row: list[Score | None], heads: list[Score]) -> str:
    for score in row:
        if score is not None and score.real is not None:
            return f"{number(score.real)}{real_sign(score, heads)}"
    return "-"


def _beside(evaluations: list[Evaluation]) -> Iterator[str]:
    """Notes, refusals and exclusions, each once, with the sets that it is about."""
    remarks: dict[str, list[str]] = {}
    for each in evaluations:
        said = [f"note: {note}" for note in each.conditions.notes]
        said += [f"not measured: {name}: {why}" for name, why in each.refused]
        for remark in [*said, *_left_out(each)]:
            remarks.setdefault(remark, []).append(each.set)
    if any(s.forced for e in evaluations for s in e.scores):
        yield "!: measured by --force, with too few pictures to mean much"
    for names, why in real_gaps(evaluations):
        yield f"no real pictures beside {names}: {why}"
    for remark, sets in remarks.items():
        about = "" if len(sets) == len(evaluations) else f" ({', '.join(sets)})"
        yield f"{remark}{about}"


def _left_out(evaluation: Evaluation) -> Iterator[str]:
    if count := len(evaluation.excluded):
        some = "; ".join(f"{file} ({why})" for file, why in evaluation.excluded[:MOST_EXCLUDED])
        more = "; … (--json lists all)" if count > MOST_EXCLUDED else ""
        yield f"left out: {count:,} {'file' if count == 1 else 'files'}: {some}{more}"
