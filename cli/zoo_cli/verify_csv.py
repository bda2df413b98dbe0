"""The answers of ``zoo verify`` as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from typing import Any

from zoo.verifying import Unread
from zoo_provenance.answer import Examination
from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.source import Origin

from .output import printable
from .verify_report import shown

COLUMNS = (
    "file", "sha256", "verdict", "origin", "integrity", "signer", "generator", "says_ai", "id",
    "reasons", "not_examined", "seen_before", "error_code", "error",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet compute a cell; the last four are the full-width ones."""


class CsvOutput:
    """One line a file as soon as it is known, in UTF-8 whatever the terminal's encoding."""

    def __enter__(self) -> CsvOutput:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(sys.stdout, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)
        return self

    def add(self, answer: Examination | Unread) -> None:
        row = _row(answer)
        self._writer.writerow(harmless(row.get(column, "")) for column in COLUMNS)
        sys.stdout.flush()

    def __exit__(self, *error: object) -> None:
        pass


def harmless(text: str) -> str:
    """A cell that is text to every spreadsheet, without control and direction characters."""
    return printable(f"'{text}" if text.startswith(_FORMULA) else text)


def _row(answer: Examination | Unread) -> dict[str, str]:
    row = {"file": shown(answer.path)}
    if isinstance(answer, Unread):
        return row | {"error_code": answer.error.code, "error": str(answer.error)}
    verdict, evidence = answer.verdict, answer.evidence
    return row | {
        "sha256": answer.sha256,
        "verdict": str(verdict.verdict),
        "origin": str(verdict.origin),
        "integrity": str(verdict.integrity),
        "signer": _detail(evidence, "c2pa", "signer"),
        "generator": _detail(evidence, "c2pa", "generator"),
        "says_ai": " ".join(e.examiner for e in evidence if _says_ai(e)),
        "id": next((str(e.details["id"]) for e in evidence if "id" in e.details), ""),
        "reasons": " ".join(verdict.reasons),
        "not_examined": " ".join(_not_examined(evidence)),
        "seen_before": next((m["path"] for m in _earlier(evidence)), ""),
    }


def _detail(evidence: tuple[Evidence, ...], examiner: str, key: str) -> str:
    found: list[Any] = [e.details.get(key) for e in evidence if e.examiner == examiner]
    return next((str(value) for value in found if value), "")


def _not_examined(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    for one in evidence:
        if one.finding is Finding.NOT_EXAMINED:
            yield one.examiner
        elif one.in_part:
            yield f"{one.examiner}-search"


def _earlier(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    """Copies in the index of pictures, the first one that was added first."""
    seen = [e for e in evidence if e.examiner == "index" and e.finding is Finding.SEEN_BEFORE]
    return next((e.details.get("matches", []) for e in seen), [])


def _says_ai(evidence: Evidence) -> bool:
    return evidence.origin in (Origin.AI, Origin.AI_EDITED) or (
        evidence.finding is Finding.SUGGESTS_AI
    )
