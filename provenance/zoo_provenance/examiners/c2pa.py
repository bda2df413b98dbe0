"""The examiner of C2PA manifests (Content Credentials)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..ancestry import MAX_LISTED, UNREAD, Ancestry, assertions_of, trace
from ..consent import licence_of, uses
from ..credentials import Store
from ..dated import future_date
from ..errors import RecordError
from ..evidence import Evidence, Finding, Kind
from ..ingredients import generator_of, ingredient_tree, signer_of
from ..library import NoStoreError, RemoteStoreError, TooManyPartsError, UnreadableStoreError
from ..record import MAX_JSON, RECORD_LABEL, Record
from ..remote.telling import told_of, with_source
from ..source import Origin
from ..statuses import mapping
from ..steps import date_of, steps_in_words
from ..subject import Subject
from ..text import clean

_SAYS = {
    Origin.AI: "says that the picture was made by AI",
    Origin.AI_EDITED: "says that AI had a part in the picture",
    Origin.CAPTURE: "says that a camera took the picture",
    Origin.OTHER: "names a source that is neither AI nor a camera alone",
    Origin.UNKNOWN: "does not say how the picture was made",
}


class C2paExaminer:
    """``state`` is the library's word verbatim (Trusted, Valid, Invalid), or none."""

    name = "c2pa"
    kind = Kind.SIGNATURE

    def examine(self, subject: Subject) -> Evidence:
        try:
            store = subject.store()
        except NoStoreError:
            return self._without(Finding.NOTHING, "No C2PA manifest in the file.")
        except RemoteStoreError as error:
            return self._without(Finding.NOT_EXAMINED, *told_of(error))
        except TooManyPartsError as error:
            text = "The file has too many parts to be searched for a manifest."
            return self._without(Finding.NOT_EXAMINED, text, {"error": str(error)})
        except UnreadableStoreError as error:
            text = "The file carries a C2PA manifest that is damaged and cannot be read."
            return self._without(Finding.SAYS, text, {"error": str(error)})
        found = _judge(store)
        return found if subject.fetched is None else with_source(found, subject.fetched)

    def _without(
        self, finding: Finding, summary: str, details: Mapping[str, Any] | None = None
    ) -> Evidence:
        return Evidence(
            self.name, self.kind, "none", finding, summary=summary, details=details or {}
        )


def _judge(store: Store) -> Evidence:
    ancestry = trace(store)
    said, proven = ancestry.said, ancestry.proven
    trusted = store.state == "Trusted"
    origin = said
    if trusted and said in (Origin.AI, Origin.AI_EDITED):
        # An ancestor that nobody vouches for may say AI: then the whole is a claim.
        trusted = proven in (Origin.AI, Origin.AI_EDITED)
        origin = proven if trusted else said
    ahead = future_date(store)
    return Evidence(
        C2paExaminer.name,
        C2paExaminer.kind,
        store.state,
        Finding.TAMPERED if store.tampered else Finding.SAYS,
        origin,
        trusted=trusted and not store.tampered and not store.uncovered and ahead is None,
        broken_ancestor=ancestry.broken,
        bound=store.state in ("Trusted", "Valid") and not store.uncovered,
        summary=_summary(store, origin, ancestry, trusted, ahead),
        details=manifest_details(store, ancestry),
    )


_BUILT_ON = {
    "tampered": " It builds on a file whose credentials do not fit it.",
    "untrusted": " It builds on a file whose signer is not trusted.",
    "without-credentials": " It builds on a file that carried no credentials.",
    UNREAD: " It builds on more files than are looked into.",
}


_ON_A_LIST = {
    "official": " (on the official C2PA list)",
    "interim": " (on the interim list of before 2026 alone)",
}


def _summary(
    store: Store, origin: Origin, ancestry: Ancestry, trusted: bool, ahead: str | None
) -> str:
    if store.tampered:
        return (
            "The C2PA manifest does not fit: picture or manifest was changed after signing. "
            f"As it stands, the manifest {_SAYS[origin]}."
        )
    who = "an unverified signer"
    if store.state == "Trusted":
        signer = signer_of(store.manifests.get(store.active, {}))
        who = signer + _ON_A_LIST.get(store.trusted_by or "", "")
    text = f"A C2PA manifest signed by {who} {_SAYS[origin]}." + _steps(store)
    if store.state == "Trusted" and not trusted:
        text += " That statement comes from an earlier version whose signer is not trusted."
    if store.uncovered:
        text += " Its signature leaves out a part of the file: anybody may have changed that."
    if ahead is None:
        text += _dated(store)
    else:
        text += f" It is not believed: it is dated in the future ({ahead})."
    if store.state == "Invalid":
        text += " It could not be validated: " + ", ".join(store.failures[:4]) + "."
    return text + "".join(told for state, told in _BUILT_ON.items() if state in ancestry.states)


def _steps(store: Store) -> str:
    steps = steps_in_words(store.manifests.get(store.active, {}))
    return f" Steps that it names: {steps}." if steps else ""


def _dated(store: Store) -> str:
    manifest = store.manifests.get(store.active, {})
    date = date_of(manifest)
    if date is None:
        return ""
    if _time_stamped(store, mapping(manifest.get("signature_info"))):
        return f" It was time-stamped on {date}."
    return f" It is dated {date}, without proof."


def manifest_details(store: Store, ancestry: Ancestry) -> dict[str, Any]:
    """What is worth showing of a manifest, checked and shortened."""
    manifest = store.manifests.get(store.active, {})
    signature = mapping(manifest.get("signature_info"))
    ingredients, left_out = ingredient_tree(store)
    details: dict[str, Any] = {
        "failures": list(dict.fromkeys((*store.failures, *store.deltas)))[:MAX_LISTED],
        "signer": signer_of(manifest) if store.state == "Trusted" else None,
        "signer_sha256": store.certificate,
        "trusted_by": store.trusted_by,
        "generator": generator_of(manifest),
        "time_stamp": clean(signature["time"], 64) if _time_stamped(store, signature) else None,
        "actions": list(ancestry.actions),
        "source_types": list(dict.fromkeys(clean(s.source_type) for s in ancestry.statements))[
            :MAX_LISTED
        ],
        "ingredients": ingredients,
        "ingredients_left_out": left_out or None,
        "licence": licence_of(manifest),
        "uses": _uses(store),
        "record": _record(manifest),
    }
    return {k: v for k, v in details.items() if v not in (None, [], {})}


def _time_stamped(store: Store, signature: Mapping[str, Any]) -> bool:
    return "time" in signature and "timeStamp.trusted" in store.successes


def _uses(store: Store) -> dict[str, str]:
    """What the manifests allow and refuse, by the entry's name; a refusal outweighs the rest."""
    found = uses(store)
    return {use.name: use.said for use in sorted(found, key=lambda use: use.refused)}


def _record(manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The record, checked: it is a stranger's until the signature says otherwise."""
    for label, data in assertions_of(manifest):
        text = data.get("json")
        if label != RECORD_LABEL or not isinstance(text, str) or len(text) > MAX_JSON:
            continue
        try:
            Record.from_json(text)
        except RecordError as error:
            return {"error": clean(error)}
        return {k: _short(v) for k, v in json.loads(text).items() if k != "schema"}
    return None


def _short(value: Any, depth: int = 0) -> Any:
    """A value of a record, with long or odd text, long lists and deep nests cut."""
    if isinstance(value, str):
        return clean(value, 500)
    if depth > 4:
        return None
    if isinstance(value, dict):
        pairs = list(value.items())[:MAX_LISTED]
        return {clean(k, 64): _short(v, depth + 1) for k, v in pairs}
    if isinstance(value, list):
        return [_short(v, depth + 1) for v in value[:MAX_LISTED]]
    return value
