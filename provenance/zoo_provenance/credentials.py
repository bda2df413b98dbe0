"""Reading a C2PA manifest store: its validation state, its status codes, and who is trusted.

C2PA Technical Specification 2.4, section 15 (validation). The library never fetches anything here:
what is fetched, when asked, is given to it (:mod:`zoo_provenance.remote`).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .cose import signer_sha256
from .coverage import REMARK, covers
from .library import Form, read_table
from .signers import UNTRUSTED, Read, anchors_of, is_stamp_checked, trusted_signers
from .statuses import active_statuses, delta_statuses, manifests_of, mapping
from .trust.anchors import Anchors, Trust

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
    certificate: str | None = None
    """The sha256 of the certificate that signed the active manifest, in hex, where its signer is
    not trusted, so that whom it names can be asked. None where that cannot be told, or the
    signature is not one by its key: then anybody can have put it there."""

    @property
    def tampered(self) -> bool:
        """Something that the active manifest vouches for was changed after signing."""
        return any(code in TAMPERING for code in (*self.failures, *self.deltas))


def read_store(data: bytes, mime: str, trust: Trust, manifest: bytes | None = None) -> Store:
    """Read and validate the manifest store of a file, or one that was fetched for it.

    Raises NoStoreError, UnreadableStoreError, RemoteStoreError or TooManyPartsError.
    """

    def read(anchors: Anchors, form: Form = "json") -> Mapping[str, Any]:
        return read_table(data, mime, anchors, manifest=manifest, form=form)

    own = io.BytesIO()
    table = read_table(data, mime, anchors_of(trust), manifest=manifest, store=own)
    trusted, source = trusted_signers(table, read, trust)
    manifests, active = manifests_of(table), str(table.get("active_manifest", ""))
    state = str(table.get("validation_state", "Invalid"))
    if state == "Trusted" and active not in trusted:
        state = "Valid"
    if state != "Trusted":
        trusted.discard(active)
    failures = list(delta_statuses(table, "failure"))
    stamped = is_stamp_checked(manifests.get(active, {}))
    return Store(
        state=state,
        active=active,
        manifests=manifests,
        successes=tuple(c for c in _codes(table, "success") if stamped or c != "timeStamp.trusted"),
        failures=_codes(table, "failure"),
        deltas=tuple(s.code for s in failures if s.code != UNTRUSTED),
        broken=frozenset(s.label for s in failures if s.code in TAMPERING),
        trusted=frozenset(trusted),
        trusted_by=source if state == "Trusted" else None,
        uncovered=_is_uncovered(table, data, read),
        certificate=None if state == "Trusted" else _certificate(table, manifest or own.getvalue()),
    )


def _certificate(table: Mapping[str, Any], store: bytes) -> str | None:
    if "claimSignature.validated" not in _codes(table, "success"):
        return None
    return signer_sha256(store, str(table.get("active_manifest", "")))


def _is_uncovered(table: Mapping[str, Any], data: bytes, read: Read) -> bool:
    if not any(code.endswith(REMARK) for code in _codes(table, "informational")):
        return False
    detailed = manifests_of(read((), "detailed_json")).get(str(table.get("active_manifest")), {})
    return not covers(mapping(detailed.get("assertion_store")), data)


def _codes(table: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    return tuple(status.code for status in active_statuses(table, kind))
