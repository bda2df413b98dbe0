"""A comparison as text: the tables of ``zoo evaluate``, the differences, the models themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zoo.evaluation.aspects import in_words, standings
from zoo.evaluation.shown import shown_number as number

from . import evaluate_table
from .output import printable

if TYPE_CHECKING:
    from zoo.evaluation.comparison import Comparison, Difference, Subject


def lines(comparison: Comparison) -> Iterator[str]:
    evaluations = [e for subject in comparison.subjects for e in subject.evaluations]
    yield from evaluate_table.lines(evaluations)
    for part in (_differences, _people, _models, _rest):
        found = [printable(line) for line in part(comparison)]
        if found:
            yield ""
            yield from found


def _differences(comparison: Comparison) -> Iterator[str]:
    if not comparison.differences:
        yield "differences  none: no two sets share features, reference and number of pictures"
        return
    together = f" for all {comparison.compared} together (Bonferroni)"
    yield (
        f"differences  95 %{together if comparison.compared > 1 else ''}; within noise: the "
        "interval holds 0"
    )
    shown = max(len(d.shown) for d in comparison.differences)
    pairs = {id(d): f"{d.one} - {d.other}" for d in comparison.differences}
    wide = max(map(len, pairs.values()))
    for d in comparison.differences:
        low, high = d.interval
        numbers = f"{number(d.value)} [{number(low)}, {number(high)}]"
        yield f"  {d.shown:<{shown}}  {pairs[id(d)]:<{wide}}  {numbers:>32}  {_verdict(d)}"
    yield from map(in_words, standings(comparison.differences))


def _verdict(difference: Difference) -> str:
    if difference.noise:
        return "within noise"
    if difference.no_gain:
        return "no gain: both reach real pictures"
    return f"{difference.ahead} is better" if difference.ahead else "differs"


def _people(comparison: Comparison) -> Iterator[str]:
    if not comparison.people:
        return
    from zoo.rating.human_words import human_remarks, human_title

    for score in comparison.people:
        yield f"people       {human_title(score)}: study {score.study}, {score.conditions}"
        for name, value in score.values.items():
            low, high = value.interval
            yield f"  {name:<28}{number(value.value)} [{number(low)}, {number(high)}]"
        for remark in human_remarks(score):
            yield f"  {remark}"


def _models(comparison: Comparison) -> Iterator[str]:
    models = [s for s in comparison.subjects if s.params is not None]
    if not models:
        return
    wide = max(len(s.name) for s in models) + 2
    yield f"{'models':<{wide + 2}}{'pictures/s':>24}{'parameters':>14}{'weights':>12}"
    for subject in models:
        yield f"  {subject.name:<{wide}}{_model(subject)}"
    for words in dict.fromkeys(s.speed.measured for s in models if s.speed):
        yield f"  {words}"


def _model(subject: Subject) -> str:
    rate = "-" if subject.speed is None else subject.speed.spread
    size = (subject.weight_bytes or 0) / 1e6
    return f"{rate:>24}{subject.params or 0:>14,}{size:>9.1f} MB"


def _rest(comparison: Comparison) -> Iterator[str]:
    for note in comparison.notes:
        yield f"note: {note}"
    if comparison.sheet is not None:
        yield f"sheet        {comparison.sheet}: {', '.join(comparison.on_sheet)}"
