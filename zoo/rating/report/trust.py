"""How far a study's findings can be trusted, in tables and sentences."""

from __future__ import annotations

from ..agreement import Agreement
from ..catch_trials import LEAST_CATCHES, RaterSummary
from ..resampling import LEAST_RATERS
from ..response_times import FAST_MS
from ..study import CHOICES
from ..summary import Summary
from .tables import NONE, Table, counted, span


def reliability(summary: Summary) -> list[Table]:
    """What says how far the findings can be trusted."""
    return [_agreement(summary), _times(summary), _raters(summary)]


def conditions(summary: Summary) -> list[str]:
    """What the numbers hold under, a sentence each."""
    study, lines = summary.study, [_counts(summary)]
    if 0 < (few := len(judges(summary))) < LEAST_RATERS:
        lines.append(
            f"fewer than {LEAST_RATERS} raters: what follows is about "
            f"{'this one' if few == 1 else f'these {few}'}, and says nothing of people in general"
        )
    failed = [str(r.rater) for r in summary.raters if r.failed]
    if summary.excluded:
        numbers = ", ".join(map(str, summary.excluded))
        lines.append(f"left out, as asked, for failing the catch trials: number {numbers}")
    elif failed:
        lines.append(
            f"{counted(len(failed), 'rater')} failed the catch trials (number "
            f"{', '.join(failed)}), counted all the same; --exclude-failed leaves out who did"
        )
    if doubtful := [str(r.rater) for r in summary.raters if r.doubtful]:
        lines.append(
            f"of fewer than {LEAST_CATCHES} catch trials, some were wrong (number "
            f"{', '.join(doubtful)}): too few to tell a slip from a rater who does not look"
        )
    if study.time_limit:
        lines.append(_exposure(summary))
    lines += study.about
    lines.append(f"intervals over raters: from a bootstrap with the seed {summary.seed}")
    return lines


def judges(summary: Summary) -> list[RaterSummary]:
    """The raters whose judgements are counted."""
    return [r for r in summary.raters if r.answers and r.rater not in summary.excluded]


def _counts(summary: Summary) -> str:
    """How much was asked, answered and taken back."""
    asked = f"{summary.answers} of {counted(summary.planned, 'planned judgement')}"
    catches = "no catch trials"
    if summary.catch_planned:
        catches = f"{summary.catch_answers} of {counted(summary.catch_planned, 'catch trial')}"
    line = f"{asked} and {catches}, by {counted(len(judges(summary)), 'rater')}"
    if summary.withdrawn == 1:
        line += "; 1 answer was taken back and counts no more"
    elif summary.withdrawn:
        line += f"; {summary.withdrawn} answers were taken back and count no more"
    return line


def _exposure(summary: Summary) -> str:
    limit, found = summary.study.time_limit, summary.exposure
    if found is None:
        return f"each picture was to be shown for {limit} ms; for how long it was is not known"
    return (
        f"each picture was to be shown for {limit} ms: the median was {found.median:.0f} ms, "
        f"{counted(found.longer, 'picture')} stayed for longer by more than two frames, and "
        f"{found.again} came more than once"
    )


def _agreement(summary: Summary) -> Table:
    rows = tuple(
        (question, _alpha(a), NONE if a.interval is None else span(a.interval), a.level,
         str(a.units), str(a.values))
        for question, a in summary.agreement.items()
    )  # fmt: skip
    notes = _missing(summary)
    notes.append(
        "Krippendorff's alpha: 1 is agreement, 0 what chance gives; Krippendorff asks for 0.8 "
        "where a fact is coded. Tastes may differ, and what cannot be seen is guessed"
    )
    columns = ("", "alpha", "95 %, other pictures", "level", "judged by two or more", "answers")
    return Table("Agreement between raters", columns, rows, tuple(notes))


def _missing(summary: Summary) -> list[str]:
    """Why there is no alpha, each reason once, with the questions where it is not of all."""
    reasons: dict[str, list[str]] = {}
    for question, found in summary.agreement.items():
        if found.why:
            reasons.setdefault(found.why, []).append(question)
    every = len(summary.agreement)
    return [
        why if len(about) == every else f"{', '.join(about)}: {why}"
        for why, about in reasons.items()
    ]


def _alpha(found: Agreement) -> str:
    return NONE if found.alpha is None else f"{found.alpha:.2f}"


def _times(summary: Summary) -> Table:
    rows = tuple(
        (
            f"{question}: {choice}" if len(summary.times) > 1 else choice,
            *(f"{ms / 1000:.2f} s" for ms in (t.median, t.lower, t.upper)),
            str(t.answers),
            str(t.fast),
        )
        for question, choices in summary.times.items()
        for choice in CHOICES[question]
        if (t := choices.get(choice))
    )
    columns = ("chosen", "median", "a quarter took less", "a quarter more", "answers", "too fast")
    note = f"too fast: below {FAST_MS} ms, in which nobody looks and chooses"
    return Table("Response times", columns, rows, (note,))


def _raters(summary: Summary) -> Table:
    def remarks(rater: RaterSummary) -> str:
        words = {
            "failed the catch trials": rater.failed,
            "too few catch trials to tell": rater.doubtful,
            "hasty": rater.hasty,
            "left out": rater.rater in summary.excluded,
        }
        return ", ".join(word for word, true in words.items() if true)

    rows = tuple(
        (
            str(r.rater),
            str(r.answers),
            f"{r.caught} of {r.catches}",
            NONE if r.times is None else f"{r.times.median / 1000:.2f} s",
            remarks(r),
        )
        for r in summary.raters
    )
    columns = ("rater", "judgements", "catch trials right", "median", "remarks")
    return Table("Raters", columns, rows)
