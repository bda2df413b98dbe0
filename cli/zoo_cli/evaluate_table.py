"""Scores as tables: one for each extractor and reference, a column for each set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .output import printable

if TYPE_CHECKING:
    from zoo.evaluation.result import Evaluation, Score

WIDTH = 120
MOST_EXCLUDED = 3
_BETTER = {"higher": "↑", "lower": "↓", "none": " "}  # is better


def lines(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """Everything that belongs beside the scores is printed with them."""
    tables: dict[object, list[Evaluation]] = {}
    for each in evaluations:
        tables.setdefault(each.conditions.table, []).append(each)
    for number, group in enumerate(tables.values()):
        if number:
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
    subsamples = {(e.conditions.subsamples, e.conditions.subsample_size) for e in evaluations}
    for count, size in sorted(subsamples):
        if count:
            yield f"interval   95 %, by {count} subsamples of {size:,} without replacement"
    if first.train is not None and first.reference is not None:
        yield "real       train pictures, as many; of measures that need them or nothing: reference"
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
    heads = [next(s for s in row if s) for row in rows]
    first = max(len(head.shown) for head in heads) + 2
    widths = [
        max(len(e.set), *(len(_cell(row[i])) for row in rows)) + 2
        for i, e in enumerate(evaluations)
    ]
    for part in _parts(widths, WIDTH - first - 12):
        title = "".join(f"{evaluations[i].set:>{widths[i]}}" for i in part)
        yield f"{'':{first + 2}}{title}{'real pictures':>15}"
        for head, row in zip(heads, rows, strict=True):
            cells = "".join(f"{_cell(row[i]):>{widths[i]}}" for i in part)
            yield f"{head.shown:<{first}}{_BETTER[head.better]} {cells}{_real(row):>15}"


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


def _real(row: list[Score | None]) -> str:
    found = [s.real for s in row if s is not None and s.real is not None]
    return number(found[0]) if found else ""


def number(value: float) -> str:
    """Four digits; the interval says how many of them count."""
    return f"{value:.4g}" if abs(value) >= 1e-4 or not value else f"{value:.2e}"


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
    for remark, sets in remarks.items():
        about = "" if len(sets) == len(evaluations) else f" ({', '.join(sets)})"
        yield f"{remark}{about}"


def _left_out(evaluation: Evaluation) -> Iterator[str]:
    if count := len(evaluation.excluded):
        some = "; ".join(f"{file} ({why})" for file, why in evaluation.excluded[:MOST_EXCLUDED])
        more = "; … (--json lists all)" if count > MOST_EXCLUDED else ""
        yield f"left out: {count:,} {'file' if count == 1 else 'files'}: {some}{more}"
