"""Verdicts in plain words: what each says, and what it does not mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .evidence import Evidence, Finding, Kind
from .source import Origin
from .verdict import Integrity, VerdictName

if TYPE_CHECKING:
    from .answer import Examination

HEADLINE: Mapping[VerdictName, str] = {
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
LIMITS: Mapping[VerdictName, str] = {
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
ORIGIN: Mapping[Origin, str] = {
    Origin.AI: "AI",
    Origin.AI_EDITED: "edited with AI",
    Origin.CAPTURE: "camera",
    Origin.OTHER: "other",
    Origin.UNKNOWN: "unknown",
}

_SILENT = (Finding.NOTHING, Finding.NOT_EXAMINED, Finding.SEEN_BEFORE, Finding.SUGGESTS_AI)


def integrity_of(answer: Examination) -> tuple[str, str]:
    """The integrity for people: one word for a table, and the rest of a sentence. Unlike the
    integrity itself, they tell who says so, and whether anybody says anything at all.
    """
    integrity, evidence = answer.verdict.integrity, answer.evidence
    if integrity is Integrity.CHANGED:
        return str(integrity), "the file is not as it was marked"
    if integrity is Integrity.UNBOUND:
        if all(e.finding in _SILENT for e in evidence):
            return "-", "no statement to check"
        return str(integrity), "nothing ties a statement to this very file"
    if any(e.finding is Finding.EXACT for e in evidence):
        return str(integrity), "the file is as it was issued here"
    if any(e.kind is Kind.SIGNATURE and e.state == "Trusted" for e in evidence):
        return str(integrity), "unchanged since a trusted signer signed it"
    # Who changes such a file can sign it anew, as somebody else whom nobody knows.
    return "unproven", "unchanged since an unknown signer signed it"


def made_with(evidence: Sequence[Evidence]) -> str | None:
    """What the ledger says of how a picture that was issued here was made: model and label."""
    issued = (Finding.EXACT, Finding.CONFIRMED)
    rows = [e.details for e in evidence if e.kind is Kind.LEDGER and e.finding in issued]
    for row in rows:
        model, label = row.get("model"), row.get("label")
        if model and model != "unknown":
            return f"{model}, label {label}" if label else str(model)
    return None
