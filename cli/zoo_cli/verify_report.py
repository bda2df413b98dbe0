"""How an answer of ``zoo verify`` is told at length, for people."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zoo.verifying import Unread
from zoo_provenance.answer import Examination
from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.plain_words import HEADLINE, LIMITS, ORIGIN, integrity_of, made_with

from .output import printable

WIDTH = 96
_LEFT_OUT = Finding.NOT_EXAMINED


def as_text(answer: Examination | Unread) -> str:
    """A readable report of several lines, ended by an empty one."""
    name = printable(shown(answer.path))
    if isinstance(answer, Unread):
        return f"{name}\n  Could not be examined: {printable(str(answer.error))}\n"
    return "\n".join([name, *_lines(answer), ""])


def _lines(examination: Examination) -> Iterator[str]:
    verdict = examination.verdict
    yield f"  {HEADLINE[verdict.verdict]} ({verdict.verdict})"
    yield from _paragraph(verdict.reasons[0])
    made = made_with(examination.evidence)
    if made is not None:
        yield from _paragraph(f"Made by: {made}.")
    _, integrity = integrity_of(examination)
    yield from _paragraph(f"Origin: {ORIGIN[verdict.origin]}. Integrity: {integrity}.")
    whole = [e for e in examination.evidence if not (e.in_part or e.finding is _LEFT_OUT)]
    in_part = [e for e in examination.evidence if e.in_part]
    left_out = [e for e in examination.evidence if e.finding is _LEFT_OUT]
    for evidence in whole:
        yield from _paragraph(f"{evidence.examiner}: {_told(evidence)}", "    ")
    for evidence in in_part:
        yield from _paragraph(f"{evidence.examiner}: examined in part. {evidence.summary}", "    ")
    for evidence in left_out:
        yield from _paragraph(f"{evidence.examiner}: not examined. {evidence.summary}", "    ")
    yield from _paragraph(f"What this does not mean: {LIMITS[verdict.verdict]}")


def _told(evidence: Evidence) -> str:
    state = f"[{evidence.state}] " if evidence.examiner == "c2pa" else ""
    text = state + (evidence.summary or str(evidence.finding))
    record = evidence.details.get("record")
    if isinstance(record, dict):
        told = ((key, record.get(key)) for key in ("model", "seed", "index", "label"))
        known = [f"{k} {v}" for k, v in told if v is not None and (k, v) != ("model", "unknown")]
        known += [f"weights from {source}" for source in dict.fromkeys(record.get("sources", ()))]
        text += f" Its record: {', '.join(known)}." if known else ""
    certificate = evidence.details.get("signer_sha256")
    if certificate and evidence.examiner == "c2pa":
        text += f" SHA-256 of the signer's certificate: {certificate}."
    return text + _terms(evidence.details)


def _terms(details: Mapping[str, Any]) -> str:
    """What the picture's makers let others do with it, as a manifest states it."""
    text = f" Licence: {details['licence']}." if "licence" in details else ""
    uses = details.get("uses", {})
    pairs = uses.items() if isinstance(uses, dict) else ()
    refused = [name.replace("_", " ") for name, said in pairs if said != "allowed"]
    return text + (f" It may not be used for: {', '.join(refused)}." if refused else "")


def _paragraph(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,  # commands and names are to be copied
    )


def shown(path: Path) -> str:
    """A path as text that can be printed and stored anywhere: odd bytes are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
