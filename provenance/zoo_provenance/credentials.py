"""Reading a C2PA manifest store: its validation state, its status codes, and who is trusted.

C2PA Technical Specification 2.4, section 15 (validation). The library never fetches anything here:
what is fetched, when asked, is given to it (:mod:`zoo_provenance.remote`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .coverage import REMARK, covers
from .library import read_table
from .text import clean
from .trust import Trust

TAMPERING = frozenset(
    {
        "assertion.bmffHash.mismatch",
        "assertion.boxesHash.mismatch",
        "assertion.collectionHash.mismatch",
        "assertion.dataHash.mismatch",
        "assertion.hashedURI.mismatch",
        "assertion.missing",
        "assertion.undeclared",
        "claimSignature.mismatch",
        "ingredient.claimSignature.mismatch",
        "ingredient.manifest.mismatch",
        "ingredient.manifest.missing",
    }
)
"""Status codes that say: this was changed after it was signed. All other failures (an expired or
unknown certificate, an algorithm that is not known, a malformed claim) leave a statement unproven,
and are no sign of tampering."""

_UNTRUSTED = "signingCredential.untrusted"
_TRUSTED = "signingCredential.trusted"
_STAMPERS = "time-stampers"


@dataclass(frozen=True)
class Store:
    """A manifest store as the library reads it.

    ``state`` is the library's own word: Trusted, Valid or Invalid. ``failures`` are the status
    codes of the active manifest, ``deltas`` those of ingredients that broke after they were taken
    in. ``trusted`` holds the labels of the manifests whose signer is trusted, ``trusted_by`` why
    that of the active one is: the source of the anchor.
    """

    state: str
    active: str
    manifests: Mapping[str, Mapping[str, Any]]
    successes: tuple[str, ...]
    failures: tuple[str, ...]
    deltas: tuple[str, ...]
    broken: frozenset[str]
    trusted: frozenset[str]
    trusted_by: str | None
    uncovered: bool
    """Its hash leaves out a part of the file beside the manifest itself: what is shown may have
    been changed after signing."""

    @property
    def tampered(self) -> bool:
        """Something that the active manifest vouches for was changed after signing."""
        return any(code in TAMPERING for code in (*self.failures, *self.deltas))


def read_store(data: bytes, mime: str, trust: Trust, manifest: bytes | None = None) -> Store:
    """Read and validate the manifest store of a file, or one that was fetched for it.

    The library takes a time-stamper for a signer. So validity is read under both lists together,
    and who signed is told by the list that the library names; where that is the time-stampers', and
    for ancestors, of which it names none, by another reading under the signers alone.

    Raises NoStoreError, UnreadableStoreError, RemoteStoreError or TooManyPartsError.
    """
    signers = trust.signers_by_source
    stampers = trust.only_timestampers_pem
    both = (*signers, (_STAMPERS, stampers, "")) if stampers else signers
    table = read_table(data, mime, both, manifest=manifest)
    state = str(table.get("validation_state", "Invalid"))
    proof = told = table
    if stampers and state == "Trusted":
        proof = read_table(data, mime, signers, manifest=manifest)
        if _named_list(table) == _STAMPERS:
            told = proof
            state = "Trusted" if _is_trusted(proof) else "Valid"
    source = _source(told, trust) if state == "Trusted" else None
    return _store(table, proof, state, source, uncovered=_is_uncovered(table, data, mime, manifest))


def _is_uncovered(table: Mapping[str, Any], data: bytes, mime: str, manifest: bytes | None) -> bool:
    if not any(code.endswith(REMARK) for code in _codes(_active(table), "informational")):
        return False
    detailed = read_table(data, mime, (), manifest=manifest, detailed=True)
    active = _mapping(detailed.get("manifests")).get(str(table.get("active_manifest")))
    return not covers(_mapping(_mapping(active).get("assertion_store")), data)


def _named_list(table: Mapping[str, Any]) -> object:
    return _mapping(table.get("validation_results")).get("trustListUri")


def _source(proof: Mapping[str, Any], trust: Trust) -> str | None:
    """Where the anchor comes from; the library names no list where a signer is believed alone."""
    named = _named_list(proof)
    if named in trust.sources:
        return str(named)
    manifest = _mapping(proof.get("manifests")).get(str(proof.get("active_manifest")))
    serial = _mapping(_mapping(manifest).get("signature_info")).get("cert_serial_number")
    return next((a.origin for a in trust.leaves if str(a.serial) == serial), None)


def _is_trusted(table: Mapping[str, Any]) -> bool:
    return _TRUSTED in _codes(_active(table), "success")


def _store(
    table: Mapping[str, Any],
    proof: Mapping[str, Any],
    state: str,
    trusted_by: str | None,
    *,
    uncovered: bool,
) -> Store:
    manifests = _mapping(table.get("manifests"))
    active = str(table.get("active_manifest", ""))
    trusted = set(_trusted_labels(proof))
    if state == "Trusted":
        trusted.add(active)  # an expired one is not, under the signers alone
    else:
        trusted.discard(active)
    failures = list(_delta_failures(table))
    return Store(
        state=state,
        active=active,
        manifests={str(k): _mapping(v) for k, v in manifests.items()},
        successes=_codes(_active(table), "success"),
        failures=_codes(_active(table), "failure"),
        deltas=tuple(code for code, _ in failures if code != _UNTRUSTED),
        broken=frozenset(_label(url) for code, url in failures if code in TAMPERING),
        trusted=frozenset(trusted),
        trusted_by=trusted_by,
        uncovered=uncovered,
    )


def _active(table: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(_mapping(table.get("validation_results")).get("activeManifest"))


def _codes(results: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    return tuple(code for code, _ in statuses(results.get(kind)))


def statuses(value: object) -> Iterator[tuple[str, str]]:
    """(code, url) of each entry of a list of validation statuses."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            yield clean(entry.get("code", "")), clean(entry.get("url", ""))


def _deltas(table: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """Statuses of ingredients that differ from what was recorded when they were taken in."""
    deltas = _mapping(table.get("validation_results")).get("ingredientDeltas")
    for delta in deltas if isinstance(deltas, list) else []:
        yield from statuses(_mapping(_mapping(delta).get("validationDeltas")).get(kind))


def _delta_failures(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return _deltas(table, "failure")


def _trusted_labels(table: Mapping[str, Any]) -> set[str]:
    """Labels of manifests with a trusted signer: the active one, and its ancestors.

    The library tells of an ancestor only what nobody has recorded of it yet. So what is recorded
    counts where it tells nothing new; but where somebody recorded trust and somebody else the
    want of it, its silence says nothing, and the ancestor is not trusted.
    """
    found = {_label(u) for c, u in statuses(_active(table).get("success")) if c == _TRUSTED}
    doubted: set[str] = set()
    for manifest in _mapping(table.get("manifests")).values():
        for ingredient in ingredients_of(_mapping(manifest)):
            recorded = recorded_statuses(ingredient, "success")
            found |= {_label(u) for c, u in recorded if c == _TRUSTED}
            doubted |= {_label(u) for c, u in _all_recorded(ingredient) if c == _UNTRUSTED}
    today = {_label(u) for c, u in _deltas(table, "success") if c == _TRUSTED}
    return (found - doubted | today) - {
        _label(u) for c, u in _deltas(table, "failure") if c == _UNTRUSTED
    }


def _all_recorded(ingredient: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every status in an ingredient's assertion, in whichever list."""
    for kind in ("success", "informational", "failure"):
        yield from statuses(_active(ingredient).get(kind))
        yield from _deltas(ingredient, kind)
    yield from statuses(ingredient.get("validation_status"))


def ingredients_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ingredients of a manifest."""
    value = manifest.get("ingredients")
    return [_mapping(i) for i in value] if isinstance(value, list) else []


def recorded_statuses(ingredient: Mapping[str, Any], kind: str) -> list[tuple[str, str]]:
    """What the ingredient's taker recorded of its validation: ingredient v1 and v2 keep a list of
    failures, v3 the whole results.
    """
    results = _active({"validation_results": ingredient.get("validation_results")})
    found = list(statuses(results.get(kind)))
    if kind == "failure":
        found += statuses(ingredient.get("validation_status"))
    return found


def _label(url: str) -> str:
    """The manifest that a JUMBF address lies in: ``self#jumbf=/c2pa/LABEL/...``."""
    head, _, tail = url.partition("/c2pa/")
    return tail.split("/", 1)[0] if tail else head


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
