"""Evaluations and comparisons as JSON; ``docs/json.md`` documents the shapes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .comparison import Comparison, Difference, Subject
from .result import Evaluation, Score

if TYPE_CHECKING:
    from zoo.rating.human_results import HumanScore

SCHEMA = 1


def as_table(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """One evaluation as itself, several as a list of such."""
    if len(evaluations) == 1:
        return {"schema": SCHEMA, **_evaluation(evaluations[0])}
    return {"schema": SCHEMA, "evaluations": [_evaluation(e) for e in evaluations]}


def comparison_table(comparison: Comparison) -> dict[str, Any]:
    """A comparison, with the evaluations in it."""
    return {
        "schema": SCHEMA,
        "subjects": [_subject(s) for s in comparison.subjects],
        "differences": [_difference(d) for d in comparison.differences],
        "compared": comparison.compared,
        "people": [_human(score) for score in comparison.people],
        "sheet": None if comparison.sheet is None else str(comparison.sheet),
        "on_sheet": list(comparison.on_sheet),
        "notes": list(comparison.notes),
    }


def _evaluation(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "set": evaluation.set,
        "conditions": dataclasses.asdict(evaluation.conditions),
        "measures": [_score(s) for s in evaluation.scores],
        "refused": [{"name": name, "why": why} for name, why in evaluation.refused],
        "excluded": [{"file": file, "why": why} for file, why in evaluation.excluded],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "shown": score.shown,
        "value": score.value,
        "interval": None if score.interval is None else list(score.interval),
        "error": score.error,
        "better": score.better,
        "real": score.real,
        "real_n": score.real_n,
        "real_of": score.real_of,
        "real_why": score.real_why,
        "forced": score.forced,
        "half_samples": list(score.half_samples),
    }


def _subject(subject: Subject) -> dict[str, Any]:
    speed = subject.speed
    return {
        "name": subject.name,
        "speed": None if speed is None else dataclasses.asdict(speed),
        "params": subject.params,
        "weight_bytes": subject.weight_bytes,
        "evaluations": [_evaluation(e) for e in subject.evaluations],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {**dataclasses.asdict(difference), "interval": list(difference.interval)}


def _human(score: HumanScore) -> dict[str, Any]:
    """A list of models with their values, for a name may be anything."""
    return {
        "study": score.study,
        "file": score.file,
        "measure": score.measure,
        "conditions": score.conditions,
        "values": [
            {"model": model, **dataclasses.asdict(value)} for model, value in score.values.items()
        ],
    }
