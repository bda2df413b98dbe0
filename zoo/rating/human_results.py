"""What people said of models, in all studies at hand: for tables that compare models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zoo_provenance.home import zoo_home
from zoo_provenance.record import Record

from ..errors import StudyError
from .estimate import Estimate
from .findings import RealOrGenerated, WhichIsBetter
from .store import Answers, open_answers
from .summary import Summary, summarise

STUDIES = "studies"
"""Their folder at Zoo's home."""
PATTERN = "*.sqlite"


@dataclass(frozen=True)
class HumanScore:
    """One measure of one study, higher is better: ``human_error_rate`` (0.5: generated pictures
    cannot be told from real ones), ``preference`` (the natural logarithm of odds, relative to the
    study's other sets), or the scale ``aesthetics``, ``coherence`` or ``fit`` (1 to 5).

    ``values`` and the ``weights`` that made the pictures (sha256) are by model, as it was asked
    for. ``conditions`` say in words what stands beside the numbers.
    """

    study: str
    file: str
    measure: str
    conditions: str
    values: dict[str, Estimate]
    weights: dict[str, tuple[str, ...]]


def human_results(
    models: Sequence[str],
    *,
    folder: Path | None = None,
    seed: int = 0,
    note: Callable[[str], None] = lambda _: None,
) -> list[HumanScore]:
    """From the studies in ``folder`` (Zoo's home has one) in which ``models`` were judged; of
    comparisons, two of them at least. A model is known by its id, or by the name that its set has.

    A file that cannot be read is left out, with a ``note``.
    """
    found = []
    for file in sorted((folder or zoo_home() / STUDIES).glob(PATTERN)):
        try:
            answers = open_answers(file)
            records = _records(answers)
            if names := _names(answers.study.sets, records, models):
                weights = {names[s]: r.weights for s, r in records.items() if s in names}
                found += _scores(summarise(answers, seed=seed), names, weights)
        except StudyError as error:
            note(str(error))
    return found


def _records(answers: Answers) -> dict[str, Record]:
    """One of each set that a model made."""
    items = answers.items.values()
    return {item.set: Record.from_json(item.record) for item in items if item.record}


def _names(
    sets: Sequence[str], records: dict[str, Record], models: Sequence[str]
) -> dict[str, str]:
    """Of the sets those that are one of ``models``, and which."""
    made = {name: records[name].model for name in sets if name in records}
    known = {name: name for name in sets if name in models}
    return {name: model for name, model in made.items() if model in models} | known


def _scores(
    summary: Summary, names: dict[str, str], weights: dict[str, tuple[str, ...]]
) -> list[HumanScore]:
    raters = {r.rater for r in summary.raters if r.answers} - set(summary.excluded)
    limit = summary.study.time_limit
    seen = f", each picture shown for {limit} ms" if limit else ""
    conditions = f"{_counted(len(raters), 'rater')}, {_counted(summary.answers, 'answer')}{seen}"
    return [
        HumanScore(
            summary.study.id,
            summary.file,
            measure,
            conditions,
            {names[name]: value for name, value in values.items() if name in names},
            weights,
        )
        for measure, values in _values(summary).items()
        if len(names.keys() & values.keys()) > (measure == "preference")
    ]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _values(summary: Summary) -> dict[str, dict[str, Estimate]]:
    """By measure and set."""
    finding = summary.finding
    if isinstance(finding, RealOrGenerated):
        errors = finding.rate.errors
        return {"human_error_rate": {} if errors is None else {finding.generated: errors}}
    if isinstance(finding, WhichIsBetter):
        return {"preference": finding.preference.strengths}
    return {
        question: {name: rated.mean for name, rated in sets.items()}
        for question, sets in finding.rated.items()
    }
