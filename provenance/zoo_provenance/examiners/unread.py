"""The invisible marks that cannot be read here, so that nobody takes silence for their absence."""

from __future__ import annotations

from ..evidence import Evidence, Finding, Kind
from ..subject import Subject

MARKS = (
    ("SynthID", "Google", "the Gemini app, or Google's SynthID Detector"),
    ("Amazon Titan and Nova", "Amazon", "Amazon Bedrock's watermark detection"),
    ("TrustMark", "Adobe and others", "its open decoder, with model weights that are not here"),
    ("Stable Signature, Pixel Seal", "Meta", "Meta: the key of its services is not public"),
    ("Digimarc and others", "their customers", "their makers"),
)
"""(name, who marks with it, who or what can read it)"""

_KEYS = ("name", "written_by", "read_by")


class UnreadMarksExaminer:
    """Looks at nothing: it lists what nobody looked for."""

    name = "unread-marks"
    kind = Kind.CLAIM

    def examine(self, subject: Subject) -> Evidence:
        del subject
        return Evidence(
            self.name,
            self.kind,
            "unreadable",
            Finding.NOT_EXAMINED,
            summary="SynthID (only Google reads it), TrustMark, marks of others.",
            details={"marks": [dict(zip(_KEYS, m, strict=True)) for m in MARKS]},
        )
