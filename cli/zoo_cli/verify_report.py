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
from zoo_provenance.verdict import VerdictName

from .output import printable

WIDTH = 96

_HEADLINE = {
    VerdictName.ALTERED: "Altered after it was marked",
    VerdictName.CONFLICT: "Contradictory marks",
    VerdictName.ISSUED_HERE: "Issued by this installation",
    VerdictName.PROVEN_AI: "Proven to be made by AI",
    VerdictName.DECLARED_AI: "Declared as made by AI",
    VerdictName.DECLARED_AI_EDITED: "Declared as edited with AI",
    VerdictName.DECLARED_CAPTURE: "Declared as taken by a camera",
    VerdictName.DECLARED_OTHER: "Signed, with another or no source named",
    VerdictName.CLAIMED_AI: "Said to be AI, without proof",
    VerdictName.PIXELS_SUGGEST_AI: "The pixels suggest AI",
    VerdictName.INCONCLUSIVE: "Inconclusive",
    VerdictName.NO_EVIDENCE: "No evidence",
}
_LIMITS = {
    VerdictName.ALTERED: (
        "It does not say who changed the picture, or why; software that saves a picture anew "
        "without care for its marks does so, too."
    ),
    VerdictName.CONFLICT: "It does not say which of the two is right.",
    VerdictName.ISSUED_HERE: "It does not say who has had the picture since.",
    VerdictName.PROVEN_AI: "It does not say who made the picture, or when.",
    VerdictName.DECLARED_AI: "It rests on the signer's word, which the signature only protects.",
    VerdictName.DECLARED_AI_EDITED: (
        "It rests on the signer's word, and does not say how much of the picture AI made."
    ),
    VerdictName.DECLARED_CAPTURE: (
        "It rests on the signer's word. A camera can be pointed at a screen, and a scene can be "
        "staged."
    ),
    VerdictName.DECLARED_OTHER: "It does not say that no AI was used.",
    VerdictName.CLAIMED_AI: "Anybody can write such a statement into any picture.",
    VerdictName.PIXELS_SUGGEST_AI: (
        "It proves nothing by itself: such readings take photographs for AI and AI for photographs."
    ),
    VerdictName.INCONCLUSIVE: "It neither clears the picture nor speaks against it.",
    VerdictName.NO_EVIDENCE: (
        "Absence of marks is not evidence of a photograph: marks can be removed, and many "
        "generators leave none."
    ),
}
_INTEGRITY = {
    "intact": "the file is as it was marked",
    "changed": "the file is not as it was marked",
    "unbound": "nothing ties a statement to this very file",
}
_ORIGIN = {
    "ai": "AI",
    "ai-edited": "edited with AI",
    "capture": "camera",
    "other": "other",
    "unknown": "unknown",
}


def as_text(answer: Examination | Unread) -> str:
    """A readable report of several lines, ended by an empty one."""
    name = printable(shown(answer.path))
    if isinstance(answer, Unread):
        return f"{name}\n  Could not be examined: {printable(str(answer.error))}\n"
    return "\n".join([name, *_lines(answer), ""])


def _lines(examination: Examination) -> Iterator[str]:
    verdict = examination.verdict
    yield f"  {_HEADLINE[verdict.verdict]} ({verdict.verdict})"
    yield from _paragraph(verdict.reasons[0])
    yield from _paragraph(
        f"Origin: {_ORIGIN[verdict.origin]}. Integrity: {_INTEGRITY[verdict.integrity]}."
    )
    for evidence in examination.evidence:
        if evidence.finding is not Finding.NOT_EXAMINED:
            yield from _paragraph(f"{evidence.examiner}: {_told(evidence)}", "    ")
    left_out = [e for e in examination.evidence if e.finding is Finding.NOT_EXAMINED]
    for evidence in left_out:
        yield from _paragraph(f"{evidence.examiner}: not examined. {evidence.summary}", "    ")
    yield from _paragraph(f"What this does not mean: {_LIMITS[verdict.verdict]}")


def _told(evidence: Evidence) -> str:
    state = f"[{evidence.state}] " if evidence.examiner == "c2pa" else ""
    text = state + (evidence.summary or str(evidence.finding))
    record = evidence.details.get("record")
    if isinstance(record, dict):
        known = (f"{k} {record[k]}" for k in ("model", "seed", "index", "label") if k in record)
        text += f" Its record: {', '.join(known)}."
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
        printable(text), WIDTH, initial_indent=indent, subsequent_indent=indent + "  "
    )


def shown(path: Path) -> str:
    """A path as text that can be printed and stored anywhere: odd bytes are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
