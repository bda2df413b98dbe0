"""What a page about several models says of them: what differs, what people say, speed and size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zoo.evaluation.aspects import in_words, standings
from zoo.evaluation.comparison import Comparison, Difference, Speed, Subject
from zoo.evaluation.shown import shown_number
from zoo.rating.human_words import human_remarks, human_title
from zoo.report.words import Tone

from .folder import Sheet

Row = tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """A difference with its badge. ``numbers`` are the value and both ends of the interval."""

    measure: str
    numbers: str
    tone: Tone
    says: str


@dataclass(frozen=True)
class Compared:
    """Sentences, verdicts on each pair, and tables whose first row is the head."""

    sentences: tuple[str, ...]
    verdicts: tuple[tuple[str, tuple[Verdict, ...]], ...]
    people: tuple[tuple[str, tuple[Row, ...], tuple[str, ...]], ...]
    models: tuple[Row, ...]
    speed: tuple[str, ...]
    notes: tuple[str, ...]
    sheet: Sheet | None


def compared(comparison: Comparison, sheet: Sheet | None) -> Compared:
    """Everything in words."""
    models = [s for s in comparison.subjects if s.params is not None]
    return Compared(
        tuple(_sentences(comparison)),
        tuple(_pairs(comparison.differences)),
        tuple(_people(comparison)),
        (("", "pictures a second", "parameters", "weights"), *map(_model, models))
        if models
        else (),
        tuple(dict.fromkeys(_conditions(s.speed) for s in models if s.speed)),
        comparison.notes,
        sheet,
    )


def _sentences(comparison: Comparison) -> Iterator[str]:
    total = comparison.compared
    if not total:
        yield (
            "No two sets share features, reference and number of pictures, so that no difference "
            "between them can be told from noise."
        )
        return
    noise = sum(d.noise for d in comparison.differences)
    more = "is" if total - noise == 1 else "are"
    yield (
        f"Of {total} {'difference' if total == 1 else 'differences'}, {total - noise} {more} more "
        f"than noise.{_noise(noise)}"
    )
    yield from map(in_words, standings(comparison.differences))
    yield (
        "Measures of one aspect overlap, so they are named together and not counted. What is "
        "better than real pictures' own mark is no gain."
    )


def _noise(count: int) -> str:
    if not count:
        return ""
    which = "the other" if count == 1 else f"the other {count}"
    return (
        f" Of {which} the interval holds 0: both may be equal, or there were too few pictures to "
        "tell."
    )


def _pairs(differences: Sequence[Difference]) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
    found: dict[str, list[Verdict]] = {}
    for each in differences:
        found.setdefault(f"{each.one} − {each.other}", []).append(_verdict(each))
    for pair, verdicts in found.items():
        yield pair, tuple(verdicts)


def _verdict(difference: Difference) -> Verdict:
    low, high = map(shown_number, difference.interval)
    numbers = f"{shown_number(difference.value)} [{low}, {high}]"
    if difference.noise:
        return Verdict(difference.shown, numbers, "open", "Within noise")
    if difference.no_gain:
        return Verdict(difference.shown, numbers, "open", "No gain: both reach real pictures")
    if difference.ahead is None:
        return Verdict(difference.shown, numbers, "claim", "Differs")
    return Verdict(difference.shown, numbers, "proven", f"{difference.ahead} is better")


def _people(comparison: Comparison) -> Iterator[tuple[str, tuple[Row, ...], tuple[str, ...]]]:
    for score in comparison.people:
        rows: list[Row] = [("", human_title(score), "95 %")]
        for name, value in score.values.items():
            ends = " to ".join(map(shown_number, value.interval))
            rows.append((name, shown_number(value.value), ends))
        yield f"Study {score.study}: {score.conditions}", tuple(rows), human_remarks(score)


def _model(subject: Subject) -> Row:
    rate = "–" if subject.speed is None else subject.speed.spread
    size = (subject.weight_bytes or 0) / 1e6
    return subject.name, rate, f"{subject.params or 0:,}", f"{size:.1f} MB"


def _conditions(speed: Speed) -> str:
    return f"Speed: {speed.measured}."
