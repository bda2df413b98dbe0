"""What each layer of an examination may find, and the verdict that each finding gives alone."""

from __future__ import annotations

from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.source import Origin


def ledger(state: str, finding: Finding, origin: str = "unknown") -> Evidence:
    return Evidence("ledger", Kind.LEDGER, state, finding, Origin(origin))


def c2pa(state: str, origin: str, *, broken: bool = False) -> Evidence:
    trusted = state == "Trusted"
    bound = state in ("Trusted", "Valid")
    return Evidence(
        "c2pa", Kind.SIGNATURE, state, Finding.SAYS, Origin(origin), trusted, broken, bound
    )


def tampered(origin: str) -> Evidence:
    return Evidence("c2pa", Kind.SIGNATURE, "Invalid", Finding.TAMPERED, Origin(origin))


def uncovered(origin: str) -> Evidence:
    """By a trusted signer who left a part of the file out."""
    return Evidence(
        "c2pa", Kind.SIGNATURE, "Trusted", Finding.SAYS, Origin(origin), trusted=False, bound=False
    )


def label(origin: str) -> Evidence:
    return Evidence("declared", Kind.CLAIM, "declared", Finding.SAYS, Origin(origin))


# name: (evidence, the verdict and origin that it gives alone)
LEDGER = {
    "no ledger": (ledger("none", Finding.NOT_EXAMINED), ("no-evidence", "unknown")),
    "not in ledger": (ledger("absent", Finding.NOTHING), ("no-evidence", "unknown")),
    "exact ai": (ledger("exact", Finding.EXACT, "ai"), ("issued-here", "ai")),
    "exact edited": (ledger("exact", Finding.EXACT, "ai-edited"), ("issued-here", "ai-edited")),
    "exact capture": (ledger("exact", Finding.EXACT, "capture"), ("issued-here", "capture")),
    "confirmed ai": (ledger("confirmed", Finding.CONFIRMED, "ai"), ("issued-here", "ai")),
    "confirmed edited": (
        ledger("confirmed", Finding.CONFIRMED, "ai-edited"),
        ("issued-here", "ai-edited"),
    ),
    "confirmed capture": (
        ledger("confirmed", Finding.CONFIRMED, "capture"),
        ("issued-here", "capture"),
    ),
    "candidate ai": (ledger("candidate", Finding.CANDIDATE, "ai"), ("inconclusive", "unknown")),
    "disagrees": (ledger("mark", Finding.DISAGREES, "ai"), ("altered", "ai")),
}
NOTHING = Evidence("c2pa", Kind.SIGNATURE, "none", Finding.NOTHING)
UNREAD = Evidence("c2pa", Kind.SIGNATURE, "none", Finding.NOT_EXAMINED)
SIGNED = {
    "nothing": (NOTHING, ("no-evidence", "unknown")),
    "not examined": (UNREAD, ("no-evidence", "unknown")),
    "tampered ai": (tampered("ai"), ("altered", "ai")),
    "tampered capture": (tampered("capture"), ("altered", "unknown")),
    "trusted ai": (c2pa("Trusted", "ai"), ("declared-ai", "ai")),
    "trusted ai, broken": (c2pa("Trusted", "ai", broken=True), ("declared-ai", "ai")),
    "trusted edited": (c2pa("Trusted", "ai-edited"), ("declared-ai-edited", "ai-edited")),
    "trusted capture": (c2pa("Trusted", "capture"), ("declared-capture", "capture")),
    "trusted capture, broken": (
        c2pa("Trusted", "capture", broken=True),
        ("inconclusive", "unknown"),
    ),
    "trusted other": (c2pa("Trusted", "other"), ("declared-other", "other")),
    "trusted unknown": (c2pa("Trusted", "unknown"), ("declared-other", "unknown")),
    "untrusted ai": (c2pa("Valid", "ai"), ("claimed-ai", "ai")),
    "untrusted edited": (c2pa("Valid", "ai-edited"), ("claimed-ai", "ai-edited")),
    "untrusted capture": (c2pa("Valid", "capture"), ("inconclusive", "unknown")),
    "untrusted other": (c2pa("Valid", "other"), ("inconclusive", "unknown")),
    "untrusted unknown": (c2pa("Valid", "unknown"), ("inconclusive", "unknown")),
    "uncovered ai": (uncovered("ai"), ("claimed-ai", "ai")),
    "uncovered capture": (uncovered("capture"), ("inconclusive", "unknown")),
    "expired ai": (c2pa("Invalid", "ai"), ("claimed-ai", "ai")),
    "expired capture": (c2pa("Invalid", "capture"), ("inconclusive", "unknown")),
}
NO_LABEL = Evidence("declared", Kind.CLAIM, "none", Finding.NOTHING)
LABEL = {
    "no label": (NO_LABEL, ("no-evidence", "unknown")),
    "label ai": (label("ai"), ("claimed-ai", "ai")),
    "label edited": (label("ai-edited"), ("claimed-ai", "ai-edited")),
    "label capture": (label("capture"), ("inconclusive", "unknown")),
    "label other": (label("other"), ("inconclusive", "unknown")),
    "label unknown": (label("unknown"), ("inconclusive", "unknown")),
}
PIXELS = {
    "no detector": (
        Evidence("pixels", Kind.STATISTIC, "none", Finding.NOT_EXAMINED),
        ("no-evidence", "unknown"),
    ),
    "suggests ai": (
        Evidence("pixels", Kind.STATISTIC, "high", Finding.SUGGESTS_AI, Origin.AI),
        ("pixels-suggest-ai", "unknown"),
    ),
}

REPLAY = {
    "not replayed": (
        Evidence("replay", Kind.REPLAY, "none", Finding.NOTHING),
        ("no-evidence", "unknown"),
    ),
    "replayed": (
        Evidence("replay", Kind.REPLAY, "same", Finding.CONFIRMED, Origin.AI),
        ("proven-ai", "ai"),
    ),
}
TABLES = (LEDGER, SIGNED, LABEL, PIXELS, REPLAY)
