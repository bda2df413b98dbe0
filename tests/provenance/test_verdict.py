"""The verdict table, tested as the full product of what each layer may find.

What is expected is stated here by hand, finding by finding, and not by the rules of the code.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import pytest
from findings import LABEL, LEDGER, PIXELS, REPLAY, SIGNED, TABLES

from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.source import Origin
from zoo_provenance.verdict import Verdict, VerdictName, decide

RANK = [
    "altered",
    "conflict",
    "issued-here",
    "proven-ai",
    "declared-ai",
    "declared-ai-edited",
    "declared-capture",
    "declared-other",
    "claimed-ai",
    "pixels-suggest-ai",
    "inconclusive",
    "no-evidence",
]


SEEN_TEXT = "A picture in the index shows the same; it was added on 2026-01-02: a.png."
SEEN = Evidence("index", Kind.CLAIM, "seen", Finding.SEEN_BEFORE, summary=SEEN_TEXT)

Names = tuple[str, str, str, str, str]

# What proves an origin other than AI, and what says AI without proof: together a conflict.
NOT_AI = {"exact capture", "confirmed capture", "trusted capture", "trusted other"}
SAYS_AI = {
    "label ai",
    "label edited",
    "untrusted ai",
    "untrusted edited",
    "expired ai",
    "uncovered ai",
    "replayed",
}

# Proofs of different origins, and no others.
CONFLICTS = {
    ("exact ai", "trusted capture"),
    ("exact ai", "trusted other"),
    ("exact edited", "trusted capture"),
    ("exact edited", "trusted other"),
    ("confirmed ai", "trusted capture"),
    ("confirmed ai", "trusted other"),
    ("confirmed edited", "trusted capture"),
    ("confirmed edited", "trusted other"),
    ("confirmed capture", "trusted ai"),
    ("confirmed capture", "trusted ai, broken"),
    ("confirmed capture", "trusted edited"),
    ("confirmed capture", "trusted other"),
    ("exact capture", "trusted ai"),
    ("exact capture", "trusted ai, broken"),
    ("exact capture", "trusted edited"),
    ("exact capture", "trusted other"),
}

BOUND = {
    name for name in SIGNED if name.startswith(("trusted", "untrusted"))
}  # their hashes fit the file


def product() -> Iterator[Names]:
    return itertools.product(*TABLES)


def evidence_of(names: Names) -> list[Evidence]:
    return [t[n][0] for t, n in zip(TABLES, names, strict=True)]


def verdict_of(names: Names) -> Verdict:
    return decide(evidence_of(names))


def in_conflict(names: Names) -> bool:
    return names[:2] in CONFLICTS or bool(NOT_AI & set(names) and SAYS_AI & set(names))


def expected(names: Names) -> tuple[str, str]:
    """The strongest of what each layer gives alone; two proofs that differ are a conflict."""
    alone = [t[n][1] for t, n in zip(TABLES, names, strict=True)]
    best = min((verdict for verdict, _ in alone), key=RANK.index)
    if best != "altered" and in_conflict(names):
        return "conflict", "unknown"
    origins = {origin for verdict, origin in alone if verdict == best}
    if best == "altered" and "replayed" in names:
        origins = {"ai"}
    elif best == "altered" and names[0].endswith("capture") and names[1] == "tampered ai":
        origins = {"unknown"}  # what is like a photograph of ours is not cleared by that
    elif best == "altered" and names[0].startswith(("exact", "confirmed")):
        origins = {LEDGER[names[0]][1][1]}
    ordered = ("ai", "ai-edited", "other", "capture", "unknown")
    return best, min(origins, key=ordered.index)


def test_the_full_product_of_findings() -> None:
    wrong = [
        (names, expected(names), (found.verdict, found.origin))
        for names in product()
        if expected(names) != ((found := verdict_of(names)).verdict, found.origin)
    ]
    assert not wrong
    assert {str(verdict_of(n).verdict) for n in product()} == set(RANK)


def test_integrity_in_the_full_product() -> None:
    for names in product():
        in_ledger, signed = names[:2]
        if in_ledger == "disagrees" or signed.startswith("tampered"):
            wanted = "changed"
        elif in_ledger.startswith("exact"):
            wanted = "intact"
        elif in_ledger.startswith("confirmed") and not (in_conflict(names) and signed in BOUND):
            wanted = "changed"
        else:
            wanted = "intact" if signed in BOUND else "unbound"
        assert verdict_of(names).integrity == wanted, names


def test_a_claim_never_clears_a_picture() -> None:
    """Adding any label, or an untrusted manifest, never leads away from AI to something milder."""
    for in_ledger, signed, pixels, again in itertools.product(LEDGER, SIGNED, PIXELS, REPLAY):
        plain = verdict_of((in_ledger, signed, "no label", pixels, again))
        for claim in LABEL:
            claimed = verdict_of((in_ledger, signed, claim, pixels, again))
            assert RANK.index(claimed.verdict) <= RANK.index(plain.verdict)
            if plain.origin in ("ai", "ai-edited"):
                assert claimed.origin in ("ai", "ai-edited")
            if plain.origin == "ai":
                assert claimed.origin == "ai"  # a part by AI is the milder word
            if "capture" in claim:
                assert claimed.origin == plain.origin
    for in_ledger, claim in itertools.product(LEDGER, LABEL):
        plain = verdict_of((in_ledger, "nothing", claim, "no detector", "not replayed"))
        for signed in ("untrusted capture", "expired capture"):
            claimed = verdict_of((in_ledger, signed, claim, "no detector", "not replayed"))
            assert claimed.origin == plain.origin
            assert RANK.index(claimed.verdict) <= RANK.index(plain.verdict)


def test_only_a_whole_trusted_capture_is_called_one() -> None:
    for names in product():
        if verdict_of(names).verdict == "declared-capture":
            assert names[1] == "trusted capture"


def test_expiry_alone_is_never_altered() -> None:
    for names in product():
        if names[1].startswith("expired") and names[0] != "disagrees":
            assert verdict_of(names).verdict != "altered"


def test_the_order_of_evidence_does_not_matter() -> None:
    for names in itertools.islice(product(), 0, None, 37):
        backwards = decide(evidence_of(names)[::-1])
        assert (backwards.verdict, backwards.origin) == expected(names)


def test_having_been_seen_before_changes_no_verdict() -> None:
    """It is told, in its place among the reasons, and moves neither verdict, origin nor integrity:
    whoever's word it is, whatever origin it claims, however trusted."""
    for names in product():
        evidence, plain = evidence_of(names), verdict_of(names)
        for at in (0, len(evidence)):
            seen = decide([*evidence[:at], SEEN, *evidence[at:]])
            assert seen.reasons[0] == plain.reasons[0]
            assert set(seen.reasons) == {*plain.reasons, SEEN_TEXT}
            assert dataclasses.replace(seen, reasons=plain.reasons) == plain
    for names in itertools.islice(product(), 0, None, 7):
        for kind, origin, state in itertools.product(Kind, Origin, ("seen", "Trusted", "Valid")):
            loud = Evidence("x", kind, state, Finding.SEEN_BEFORE, origin, True, True)
            assert decide([*evidence_of(names), loud]) == verdict_of(names)


def test_reasons_are_sentences_and_promise_nothing() -> None:
    for names in product():
        reasons = verdict_of(names).reasons
        assert reasons
        assert all(reason.endswith(".") for reason in reasons)
        text = " ".join(reasons).casefold()
        assert "%" not in text
        assert "real" not in text.split()


@pytest.mark.parametrize("kind", [Kind.CLAIM, Kind.STATISTIC])
def test_who_may_only_claim_cannot_prove(kind: Kind) -> None:
    """Evidence of a plugin's kinds never gives a verdict that needs a signature or a ledger."""
    for finding, origin in itertools.product(Finding, Origin):
        if finding in (Finding.TAMPERED, Finding.DISAGREES):
            continue  # examine() refuses these of plugins
        name = decide([Evidence("x", kind, "", finding, origin, trusted=True)]).verdict
        assert RANK.index(name) >= RANK.index(VerdictName.CLAIMED_AI)


def test_nothing_at_all_is_no_evidence() -> None:
    found = decide([])
    assert (found.verdict, found.origin, found.integrity) == ("no-evidence", "unknown", "unbound")
