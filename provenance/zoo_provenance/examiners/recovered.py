"""A manifest that a watermark led back to: what it says, apart from the file it was signed for."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..ancestry import assertions_of, trace
from ..credentials import Store, read_store
from ..ledger import Row
from ..library import NoStoreError, UnreadableStoreError
from ..softbinding import LABEL, SoftBinding, binding_of
from ..text import clean
from ..trust import Trust
from .c2pa import manifest_details

_MIME = "application/c2pa"
_OTHER_FILE = frozenset({"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"})
_UNTRUSTED = "signingCredential.untrusted"


def recovered_manifest(row: Row, mark: SoftBinding, trust: Trust) -> dict[str, Any]:
    """What the ledger's manifest of a picture says, and what its signature is worth.

    ``state`` is Trusted, Valid or Invalid, as the C2PA library would put it for the file that was
    issued: that the picture at hand is another file is no failure here. ``names_the_mark`` tells
    whether its soft binding is ``mark``; it is left out where the manifest cannot be read.
    """
    try:
        store = read_store(row.manifest, _MIME, dataclasses.replace(trust, timestampers=()))
    except (NoStoreError, UnreadableStoreError) as error:
        return {"state": "Invalid", "error": clean(error)}
    manifest = store.manifests.get(store.active, {})
    named = [binding_of(data) for label, data in assertions_of(manifest) if label == LABEL]
    known = dataclasses.replace(store, state=_state(store))
    details = manifest_details(known, trace(known))
    details.pop("failures", None)
    return {"state": known.state, "names_the_mark": mark in named, **details}


def _state(store: Store) -> str:
    failures = set(store.failures) - _OTHER_FILE
    if failures - {_UNTRUSTED} or store.deltas:
        return "Invalid"
    return "Valid" if _UNTRUSTED in failures else "Trusted"
