"""Verdicts in plain words: what each says, and what it does not mean."""

from __future__ import annotations

from collections.abc import Mapping

from .source import Origin
from .verdict import Integrity, VerdictName

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
INTEGRITY: Mapping[Integrity, str] = {
    Integrity.INTACT: "the file is as it was marked",
    Integrity.CHANGED: "the file is not as it was marked",
    Integrity.UNBOUND: "nothing ties a statement to this very file",
}
ORIGIN: Mapping[Origin, str] = {
    Origin.AI: "AI",
    Origin.AI_EDITED: "edited with AI",
    Origin.CAPTURE: "camera",
    Origin.OTHER: "other",
    Origin.UNKNOWN: "unknown",
}
