"""Answers about files as tables of JSON's own types, and back: for output and between processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoo_provenance import errors
from zoo_provenance.answer import Examination
from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.source import Origin
from zoo_provenance.verdict import Integrity, Verdict, VerdictName

from .verifying import Unread

_ERRORS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ProvenanceError)
}


def to_table(answer: Examination | Unread) -> dict[str, Any]:
    """Everything but the path: what ``verify --json`` shows of a file."""
    if isinstance(answer, Unread):
        return {
            "sha256": None,
            "verdict": None,
            "origin": None,
            "integrity": None,
            "error": {"code": answer.error.code, "message": str(answer.error)},
            "reasons": [],
            "evidence": [],
        }
    verdict = answer.verdict
    return {
        "sha256": answer.sha256,
        "verdict": str(verdict.verdict),
        "origin": str(verdict.origin),
        "integrity": str(verdict.integrity),
        "error": None,
        "reasons": list(verdict.reasons),
        "evidence": [_evidence_table(e) for e in answer.evidence],
    }


def from_table(path: Path, table: Mapping[str, Any]) -> Examination | Unread:
    """The answer that :func:`to_table` made a table of."""
    if table["error"] is not None:
        error = table["error"]
        return Unread(path, error_of(error["code"], error["message"]))
    verdict = Verdict(
        VerdictName(table["verdict"]),
        Origin(table["origin"]),
        Integrity(table["integrity"]),
        tuple(table["reasons"]),
    )
    evidence = tuple(_evidence(e) for e in table["evidence"])
    return Examination(path, verdict, evidence, table["sha256"])


def error_of(code: str, message: str) -> errors.ProvenanceError:
    """The error of that code; errors of kinds that this version does not know keep their text."""
    return _ERRORS.get(code, errors.ProvenanceError)(message)


def _evidence_table(evidence: Evidence) -> dict[str, Any]:
    return {
        "examiner": evidence.examiner,
        "state": evidence.state,
        "finding": str(evidence.finding),
        "kind": str(evidence.kind),
        "origin": str(evidence.origin),
        "trusted": evidence.trusted,
        "broken_ancestor": evidence.broken_ancestor,
        "bound": evidence.bound,
        "summary": evidence.summary,
        "details": dict(evidence.details),
    }


def _evidence(table: Mapping[str, Any]) -> Evidence:
    return dataclasses.replace(
        Evidence(**table),
        finding=Finding(table["finding"]),
        kind=Kind(table["kind"]),
        origin=Origin(table["origin"]),
    )
