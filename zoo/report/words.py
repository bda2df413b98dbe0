"""The page's own plain words: layers, findings, ingredients, and what details are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.verdict import VerdictName

Tone = Literal["broken", "proven", "claim", "open"]
"""How a badge looks; its word always stands beside it."""

TONES: Mapping[VerdictName, Tone] = {
    VerdictName.ALTERED: "broken",
    VerdictName.CONFLICT: "broken",
    VerdictName.ISSUED_HERE: "proven",
    VerdictName.PROVEN_AI: "proven",
    VerdictName.DECLARED_AI: "proven",
    VerdictName.DECLARED_AI_EDITED: "proven",
    VerdictName.DECLARED_CAPTURE: "proven",
    VerdictName.DECLARED_OTHER: "proven",
    VerdictName.CLAIMED_AI: "claim",
    VerdictName.PIXELS_SUGGEST_AI: "claim",
    VerdictName.INCONCLUSIVE: "open",
    VerdictName.NO_EVIDENCE: "open",
}
LAYERS = {
    "ledger": "Ledger of this installation",
    "c2pa": "C2PA manifest (Content Credentials)",
    "declared": "Metadata",
    "watermark": "Invisible watermark",
    "fingerprint": "Fingerprint",
    "sd-watermark": "Watermark of Stable Diffusion or FLUX",
    "unread-marks": "Marks that cannot be read here",
    "replay": "Made again from its record",
    "index": "Seen before",
}
_FINDINGS: Mapping[Finding, tuple[Tone, str]] = {
    Finding.NOTHING: ("open", "Nothing found"),
    Finding.NOT_EXAMINED: ("open", "Not examined"),
    Finding.TAMPERED: ("broken", "Does not fit the picture"),
    Finding.DISAGREES: ("broken", "Of another picture"),
    Finding.EXACT: ("proven", "This very file"),
    Finding.CONFIRMED: ("proven", "Confirmed"),
    Finding.CANDIDATE: ("open", "Not confirmed"),
    Finding.SEEN_BEFORE: ("claim", "Seen before"),
    Finding.SUGGESTS_AI: ("claim", "Suggests AI"),
}
INGREDIENTS: Mapping[str, tuple[Tone, str]] = {
    "intact": ("proven", "Intact, signer trusted"),
    "untrusted": ("claim", "Signer not trusted"),
    "tampered": ("broken", "Credentials do not fit"),
    "without-credentials": ("open", "No credentials"),
}
RELATIONSHIPS = {
    "parentOf": "the picture before editing",
    "componentOf": "put into the picture",
    "inputTo": "given to the program",
}
KEYS = {
    "actions": "Steps",
    "agreeing": "Bits that agree",
    "bytes": "Size in bytes",
    "claims": "What it says",
    "created": "Issued",
    "covered": "Share that is left",
    "degrees": "Turned by (degrees)",
    "earlier": "Earlier pictures",
    "distance": "Bits that differ, of 256",
    "file_sha256": "SHA-256",
    "failures": "Failed checks",
    "false_positive_rate": "Rate of false readings",
    "framed": "In a frame",
    "generator": "Program that it names",
    "id": "Id in the ledger",
    "index": "Index",
    "own_key": "Marked under this installation's key",
    "lies": "This picture is",
    "manifest": "Manifest in the ledger",
    "manifest_sha256": "SHA-256 of the manifest",
    "names_the_mark": "Manifest names this watermark",
    "record": "How it was made",
    "remote": "Manifest on a server",
    "residual": "Difference from the ledger's picture (0 to 1)",
    "rms": "Mean difference, in grey levels",
    "sha256": "SHA-256 as issued",
    "signer": "Signed by",
    "signer_sha256": "SHA-256 of the unknown signer's certificate",
    "source_type": "Source type",
    "source_types": "Source types",
    "taken": "Taken, as its EXIF says",
    "time_stamp": "Time-stamp, trusted",
    "trusted_by": "Why the signer is trusted",
    "url": "Address",
    "uses": "Uses that it allows or refuses",
    "worst": "Largest difference, in grey levels",
}
TRUSTED_BY = {
    "own": "this installation's own certificate",
    "added": "added by hand",
    "official": "on the C2PA trust list",
    "interim": "on the interim list of before 2026 alone",
}


def finding_of(evidence: Evidence) -> tuple[Tone, str]:
    """The badge of a layer."""
    if evidence.in_part:
        return "open", "Nothing found; searched in part"
    if evidence.finding is Finding.SAYS:
        return ("proven", "Trusted signature") if evidence.trusted else ("claim", "Unproven")
    return _FINDINGS[evidence.finding]
