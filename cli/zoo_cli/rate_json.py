"""The JSON of ``zoo rate report``."""

from __future__ import annotations

import dataclasses
from typing import Any

from zoo.rating.catch_trials import RaterSummary
from zoo.rating.estimate import Estimate
from zoo.rating.findings import Finding, RealOrGenerated, WhichIsBetter
from zoo.rating.summary import Summary


def as_table(summary: Summary) -> dict[str, Any]:
    """Everything that the report says, in numbers."""
    study = summary.study
    return {
        "schema": 1,
        "study": {
            "id": study.id,
            "file": summary.file,
            "kind": study.kind,
            "sets": list(study.sets),
            "created": study.created,
            "seed": study.seed,
            "side": study.side,
            "time_limit": study.time_limit,
            "about": list(study.about),
        },
        "conditions": {
            "seed": summary.seed,
            "planned": summary.planned,
            "answers": summary.answers,
            "catch_planned": summary.catch_planned,
            "catch_answers": summary.catch_answers,
            "withdrawn": summary.withdrawn,
            "invited": summary.invited,
            "excluded": list(summary.excluded),
            "exposure": None if summary.exposure is None else dataclasses.asdict(summary.exposure),
        },
        "finding": _finding(summary.finding),
        "agreement": [
            {"question": question, **dataclasses.asdict(found)}
            for question, found in summary.agreement.items()
        ],
        "times": [
            {"question": question, "choice": choice, **dataclasses.asdict(times)}
            for question, choices in summary.times.items()
            for choice, times in choices.items()
        ],
        "raters": [_rater(rater) for rater in summary.raters],
    }


def _finding(found: Finding) -> dict[str, Any]:
    if isinstance(found, RealOrGenerated):
        kinds = dataclasses.fields(found.rate)
        rates = {kind.name: _estimate(getattr(found.rate, kind.name)) for kind in kinds}
        return {"real": found.real, "generated": found.generated, **rates}
    if isinstance(found, WhichIsBetter):
        preference = found.preference
        return {
            "strengths": [{"set": s, **_known(e)} for s, e in preference.strengths.items()],
            "pairs": [
                {
                    "first": pair.first,
                    "second": pair.second,
                    "wins": pair.wins,
                    "losses": pair.losses,
                    "preferred": _known(pair.preferred),
                }
                for pair in preference.pairs
            ],
            "left": _estimate(found.left),
            "why": preference.why,
        }
    return {
        "ratings": [
            {"question": question, "set": name, "mean": _known(r.mean), "low": r.low,
             "counts": list(r.counts)}
            for question, sets in found.rated.items()
            for name, r in sets.items()
        ]
    }  # fmt: skip


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else _known(found)


def _known(found: Estimate) -> dict[str, Any]:
    return {**dataclasses.asdict(found), "interval": list(found.interval)}


def _rater(rater: RaterSummary) -> dict[str, Any]:
    return {**dataclasses.asdict(rater), "failed": rater.failed, "hasty": rater.hasty}
