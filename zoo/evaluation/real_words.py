"""What the marks of real pictures are called beside scores, and why some are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .result import Evaluation, RealOf, Score

HEADS: dict[RealOf, str] = {
    "train": "train pictures", "reference": "the reference", "held_out": "held-out pictures"
}  # fmt: skip
SIGNS: dict[RealOf, str] = {"train": "", "reference": "*", "held_out": "**"}
"""Beside the marks of a column, which is named for what has none."""


def real_head(scores: Sequence[Score]) -> str:
    """The name of the column: of train pictures if a mark is theirs, else of what there is."""
    kinds = {score.real_of for score in scores}
    return next((head for kind, head in HEADS.items() if kind in kinds), "real pictures")


def real_sign(score: Score, scores: Sequence[Score]) -> str:
    """What marks a value of other pictures than the column is named for."""
    if score.real_of is None or HEADS[score.real_of] == real_head(scores):
        return ""
    return SIGNS[score.real_of]


def real_legend(evaluation: Evaluation) -> str:
    """Which real pictures the marks are of, by name; "" where there are none."""
    conditions, scores = evaluation.conditions, evaluation.scores
    names: dict[RealOf, str | None] = {
        "train": conditions.real or conditions.train,
        "reference": conditions.reference,
        "held_out": conditions.held_out,
    }
    found: dict[RealOf, str] = {}
    for score in scores:
        if score.real_of is not None:
            found.setdefault(score.real_of, real_sign(score, scores))
    parts = [
        f"{sign}{': ' if sign else ''}{HEADS[kind]}, {names[kind] or 'unnamed'}"
        for kind, sign in sorted(found.items(), key=lambda pair: len(pair[1]))
    ]
    return f"{'; '.join(parts)}; as many as the set has, or all" if parts else ""


def real_gaps(evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, str]]:
    """(measures, why) of those without a mark."""
    found: dict[str, dict[str, None]] = {}
    for evaluation in evaluations:
        for score in evaluation.scores:
            if score.real is None and score.real_why:
                found.setdefault(score.real_why, {})[score.name] = None
    for why, names in found.items():
        yield ", ".join(names), why
