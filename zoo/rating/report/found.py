"""What was found of the study's sets, in tables."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..estimate import Estimate, Range
from ..findings import RealOrGenerated, WhichIsBetter
from ..scales import Ratings
from ..summary import Summary
from .tables import INTERVALS, Bar, Figure, Table, both_ends, percent, speaks_of


def findings(summary: Summary) -> list[Table]:
    """What was found of the study's sets."""
    finding = summary.finding
    if isinstance(finding, RealOrGenerated):
        return [_errors(finding)]
    if isinstance(finding, WhichIsBetter):
        return list(_preferences(finding))
    return [_rated(question, rated) for question, rated in finding.rated.items()]


def _errors(finding: RealOrGenerated) -> Table:
    rate = finding.rate
    kinds = {
        "error rate": rate.errors,
        "generated, called real": rate.misses,
        "real, called generated": rate.false_alarms,
    }
    known = {name: e for name, e in kinds.items() if e is not None}
    rows = tuple(
        (name, percent(e.value), *both_ends(e, shares=True), str(e.answers))
        for name, e in known.items()
    )
    notes = ["the error rate is the mean of both kinds; at 50 % it is that of guessing"]
    if rate.errors is not None:
        notes.append(_told_apart(rate.errors))
    bars = tuple(Bar(name, e) for name, e in known.items())
    return Table(
        f"{finding.generated} against {finding.real}",
        ("", "share", *INTERVALS, "answers"),
        rows,
        tuple(notes),
        Figure(0, 1, 0.5, True, bars),
    )


def _told_apart(errors: Estimate) -> str:
    ends, who = errors.interval, speaks_of(errors)
    if ends[1] < 0.5:
        return f"{who} told these pictures from real ones more often than by guessing"
    if ends[0] > 0.5:
        return f"{who} took these pictures for real ones more often than the real ones"
    return (
        f"the interval reaches 50 %: that {who} can tell these pictures from real ones is not "
        "shown; that they cannot is shown only as far as the interval is narrow"
    )


def _preferences(finding: WhichIsBetter) -> Iterator[Table]:
    found = finding.preference
    if found.why:
        yield Table("Strengths", (), (), (found.why,))
        return
    strengths = sorted(found.strengths.items(), key=lambda pair: -pair[1].value)
    ends = [end for _, e in strengths for end in e.interval]
    reach = math.ceil(max(1.0, *map(abs, ends)))
    yield Table(
        "Strengths",
        ("", "strength", *INTERVALS, "answers"),
        tuple((n, f"{e.value:+.2f}", *both_ends(e), str(e.answers)) for n, e in strengths),
        (
            "Bradley-Terry: natural logarithms of the odds of being preferred, which sum to 0; "
            "half a win for each side of every pair was added",
        ),
        Figure(-reach, reach, 0, False, tuple(Bar(name, e) for name, e in strengths)),
    )
    rows = tuple(
        (
            f"{p.first} over {p.second}",
            _preferred(p.preferred.interval, p.first, p.second),
            percent(p.preferred.value),
            *both_ends(p.preferred, shares=True),
            f"{p.wins} : {p.losses}",
        )
        for p in found.pairs
    )
    bars = tuple(Bar(f"{p.first} over {p.second}", p.preferred) for p in found.pairs)
    left = finding.left
    general = all(p.preferred.over_raters is not None for p in found.pairs)
    interval = "the wider of both intervals" if general else "the interval of these raters"
    notes = [f"clearly: {interval} leaves out 50 %"]
    if left is not None:
        notes.append(
            f"the picture on the left was chosen in {percent(left.value)} of all answers; sides "
            "were dealt out evenly, so that this favours no set"
        )
    clearly = "clearly preferred" if general else "clearly preferred, these raters"
    columns = ("", clearly, "preferred", *INTERVALS, "answers")
    yield Table("Pairs", columns, rows, tuple(notes), Figure(0, 1, 0.5, True, bars))


def _preferred(ends: Range, first: str, second: str) -> str:
    if ends[0] > 0.5:
        return first
    return second if ends[1] < 0.5 else "neither"


def _rated(question: str, rated: dict[str, Ratings]) -> Table:
    one = next(iter(rated.values()))
    steps = [str(one.low + n) for n in range(len(one.counts))]
    rows = tuple(
        (name, f"{r.mean.value:.2f}", *both_ends(r.mean), *map(str, r.counts))
        for name, r in rated.items()
    )
    low, high = float(steps[0]), float(steps[-1])
    bars = tuple(Bar(name, r.mean) for name, r in rated.items())
    return Table(
        question.capitalize(),
        ("", "mean", *INTERVALS, *(f"rated {step}" for step in steps)),
        rows,
        ("the mean takes the steps of the scale to be equal; the counts do not",),
        Figure(low, high, None, False, bars),
    )
