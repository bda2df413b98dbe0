"""The verdict: one pure table over all evidence. The first rule that fits decides.

The rules ask only what the evidence says, never how it was found. Three principles run through
them. A claim never clears a picture: only a signature that is valid and trusted can say that a
camera took it. Expiry is no tampering. And there is no verdict that a picture is genuine: having
no marks proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .evidence import Evidence, Finding, Kind
from .source import Origin


class VerdictName(StrEnum):
    """The names of the verdicts, in the order of their rules."""

    ALTERED = "altered"
    CONFLICT = "conflict"
    ISSUED_HERE = "issued-here"
    PROVEN_AI = "proven-ai"
    DECLARED_AI = "declared-ai"
    DECLARED_AI_EDITED = "declared-ai-edited"
    DECLARED_CAPTURE = "declared-capture"
    DECLARED_OTHER = "declared-other"
    CLAIMED_AI = "claimed-ai"
    PIXELS_SUGGEST_AI = "pixels-suggest-ai"
    INCONCLUSIVE = "inconclusive"
    NO_EVIDENCE = "no-evidence"


class Integrity(StrEnum):
    """Whether the file is the one that a proof speaks of."""

    INTACT = "intact"
    """The exact file is in the ledger, or a valid manifest is bound to it."""
    CHANGED = "changed"
    """It was changed after it was signed, or saved anew after it was issued."""
    UNBOUND = "unbound"
    """Nothing ties a statement to this very file."""


@dataclass(frozen=True)
class Verdict:
    """``reasons`` are plain sentences: what decided, then what each layer found."""

    verdict: VerdictName
    origin: Origin
    integrity: Integrity
    reasons: tuple[str, ...]


_AI = (Origin.AI, Origin.AI_EDITED)
_QUICKLY = (
    "No marks were found in a quick look; crops, mirrored and turned copies of marked pictures "
    "were not searched for: --thorough does."
)


def decide(evidence: Iterable[Evidence]) -> Verdict:
    """Weigh all evidence on one file."""
    every = tuple(evidence)
    found = [e for e in every if e.finding not in (Finding.NOTHING, Finding.NOT_EXAMINED)]
    for name, rule, sentence in _RULES:
        origin = rule(found)
        if origin is not None:
            if name is VerdictName.NO_EVIDENCE and any(e.in_part for e in every):
                sentence = _QUICKLY
            reasons = (sentence, *(e.summary for e in found if e.summary))
            return Verdict(name, origin, _integrity(name, found), tuple(dict.fromkeys(reasons)))
    raise AssertionError("the last rule fits everything")


# Predicates on one piece of evidence.


def _breaks(e: Evidence) -> bool:
    return e.finding in (Finding.TAMPERED, Finding.DISAGREES)


def _is_issued(e: Evidence) -> bool:
    return e.kind is Kind.LEDGER and e.finding in (Finding.EXACT, Finding.CONFIRMED)


def _is_replayed(e: Evidence) -> bool:
    return e.kind is Kind.REPLAY and e.finding is Finding.CONFIRMED


def _is_declared(e: Evidence) -> bool:
    return e.kind is Kind.SIGNATURE and e.finding is Finding.SAYS and e.trusted


def _is_claimed(e: Evidence) -> bool:
    """A statement without proof; a statistic does not state anything."""
    unproven = e.kind is Kind.CLAIM or (e.kind is Kind.SIGNATURE and not e.trusted)
    return unproven and e.finding is Finding.SAYS


def _proves_origin(e: Evidence) -> bool:
    """It would decide alone, and on an origin."""
    if _is_declared(e) and e.broken_ancestor and e.origin is Origin.CAPTURE:
        return False
    shown = _is_issued(e) or _is_replayed(e) or _is_declared(e)
    return shown and e.origin is not Origin.UNKNOWN


# Rules: the origin that a rule gives to the evidence, or None where it does not fit.

Rule = Callable[[Sequence[Evidence]], Origin | None]


def _altered(found: Sequence[Evidence]) -> Origin | None:
    broken = [e for e in found if _breaks(e)]
    if not broken:
        return None
    # What a broken manifest says of AI is worth knowing; that it clears the picture is not.
    said = [e.origin for e in broken if e.origin in _AI]
    shown = [e.origin for e in found if _is_issued(e) or _is_replayed(e)]
    shown = [o for o in shown if o is not Origin.UNKNOWN]
    if said and shown and not any(o in _AI for o in shown):
        return Origin.UNKNOWN  # a picture that resembles one of ours does not clear it, either
    return _strongest(shown or said)


def _conflict(found: Sequence[Evidence]) -> Origin | None:
    # Claims of anything but AI decide nothing, so they contradict nothing.
    deciding = [e for e in found if _proves_origin(e) or (_is_claimed(e) and e.origin in _AI)]
    origins = {Origin.AI if e.origin in _AI else e.origin for e in deciding}
    return Origin.UNKNOWN if len(origins) > 1 else None


def _issued_here(found: Sequence[Evidence]) -> Origin | None:
    issued = [e for e in found if _is_issued(e)]
    exact = [e for e in issued if e.finding is Finding.EXACT]
    return _strongest(e.origin for e in exact or issued) if issued else None


def _proven_ai(found: Sequence[Evidence]) -> Origin | None:
    replayed = [e.origin for e in found if _is_replayed(e)]
    return _strongest(replayed) if replayed else None


def _declared(*origins: Origin) -> Rule:
    def rule(found: Sequence[Evidence]) -> Origin | None:
        fitting = [e.origin for e in found if _is_declared(e) and e.origin in origins]
        return _strongest(fitting) if fitting else None

    return rule


def _declared_capture(found: Sequence[Evidence]) -> Origin | None:
    whole = any(
        _is_declared(e) and e.origin is Origin.CAPTURE and not e.broken_ancestor for e in found
    )
    return Origin.CAPTURE if whole else None


def _claimed_ai(found: Sequence[Evidence]) -> Origin | None:
    said = [e.origin for e in found if _is_claimed(e) and e.origin in _AI]
    return _strongest(said) if said else None


def _pixels_suggest_ai(found: Sequence[Evidence]) -> Origin | None:
    suggests = any(e.finding is Finding.SUGGESTS_AI for e in found)
    return Origin.UNKNOWN if suggests else None


def _inconclusive(found: Sequence[Evidence]) -> Origin | None:
    open_ends = any(
        e.finding is Finding.CANDIDATE or _is_claimed(e) or _is_declared(e) for e in found
    )
    return Origin.UNKNOWN if open_ends else None


def _no_evidence(_: Sequence[Evidence]) -> Origin | None:
    return Origin.UNKNOWN


def _strongest(origins: Iterable[Origin]) -> Origin:
    """The origin to report where several of one rank agree: AI before the rest, and all of it
    before a part, for a claim makes nothing milder that another one says."""
    order = (Origin.AI, Origin.AI_EDITED, Origin.OTHER, Origin.CAPTURE, Origin.UNKNOWN)
    return min(origins, key=order.index, default=Origin.UNKNOWN)


_RULES: tuple[tuple[VerdictName, Rule, str], ...] = (
    (
        VerdictName.ALTERED,
        _altered,
        "What the file carries does not fit it: it was changed after it was marked.",
    ),
    (
        VerdictName.CONFLICT,
        _conflict,
        "Two sources that would each decide alone contradict each other on where it came from.",
    ),
    (VerdictName.ISSUED_HERE, _issued_here, "The picture is in the ledger of this installation."),
    (
        VerdictName.PROVEN_AI,
        _proven_ai,
        "A generator that is installed here makes this very picture again from its record.",
    ),
    (
        VerdictName.DECLARED_AI,
        _declared(Origin.AI),
        "A trusted signature says that the picture was made by AI.",
    ),
    (
        VerdictName.DECLARED_AI_EDITED,
        _declared(Origin.AI_EDITED),
        "A trusted signature says that AI had a part in the picture.",
    ),
    (
        VerdictName.DECLARED_CAPTURE,
        _declared_capture,
        "A trusted signature says that a camera took the picture, and nothing in its signed "
        "history names AI.",
    ),
    (
        VerdictName.DECLARED_OTHER,
        _declared(Origin.OTHER, Origin.UNKNOWN),
        "A trusted signature covers the picture, and names neither AI nor a camera as its source.",
    ),
    (
        VerdictName.CLAIMED_AI,
        _claimed_ai,
        "The file says that AI made it or had a part in it; nobody we trust vouches for that.",
    ),
    (
        VerdictName.PIXELS_SUGGEST_AI,
        _pixels_suggest_ai,
        "A statistical reading of the pixels suggests AI; such readings err.",
    ),
    (
        VerdictName.INCONCLUSIVE,
        _inconclusive,
        "There are traces, but none of them proves where the picture came from.",
    ),
    (VerdictName.NO_EVIDENCE, _no_evidence, "No marks were found."),
)


def _integrity(name: VerdictName, found: Sequence[Evidence]) -> Integrity:
    if any(_breaks(e) for e in found):
        return Integrity.CHANGED
    if any(_is_issued(e) and e.finding is Finding.EXACT for e in found):
        return Integrity.INTACT
    if name is VerdictName.ISSUED_HERE:
        return Integrity.CHANGED
    if any(_is_bound(e) for e in found):
        return Integrity.INTACT
    return Integrity.CHANGED if any(_is_issued(e) for e in found) else Integrity.UNBOUND


def _is_bound(e: Evidence) -> bool:
    """A manifest whose hashes fit the file, whoever signed it."""
    return e.kind is Kind.SIGNATURE and e.finding is Finding.SAYS and e.bound
