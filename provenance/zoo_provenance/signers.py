"""Whose signer is trusted: the active manifest's, and those of the files that it builds on.

The library keeps one list for signers and time-stampers, and takes one for the other. So validity
is read under both, and who signed is told by the list that it names, or by readings under each
alone. Of ancestors it tells only what nobody has recorded of them yet; a record is a stranger's,
and is heeded only for what the library's silence about it means.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .library import Form
from .statuses import (
    KINDS,
    Status,
    active_statuses,
    all_recorded,
    delta_statuses,
    ingredients_of,
    manifests_of,
    mapping,
    recorded_statuses,
)
from .trust.anchors import Anchors, Trust

Table = Mapping[str, Any]

STAMPERS = "time-stampers"
"""The name of the list of time-stampers; signers' lists are named by their sources."""
UNTRUSTED = "signingCredential.untrusted"
_TRUSTED = "signingCredential.trusted"
_STAMPED, _NOT_STAMPED = "timeStamp.trusted", "timeStamp.untrusted"
_FOUND_IN = "signing certificate trusted, found in ["


class Read(Protocol):
    """One reading of the file's manifest store under some anchors."""

    def __call__(self, anchors: Anchors, form: Form = "json") -> Table: ...


def anchors_of(trust: Trust) -> Anchors:
    """Signers and time-stampers together."""
    signers, stampers = trust.signers_by_source, trust.only_timestampers_pem
    return (*signers, (STAMPERS, stampers, "")) if stampers else signers


def trusted_signers(table: Table, read: Read, trust: Trust) -> tuple[set[str], str | None]:
    """Labels of the manifests whose signer is trusted, and the source of the anchor by which the
    active one's is. ``table`` was read under :func:`anchors_of` them.
    """
    active = str(table.get("active_manifest", ""))
    found, _ = _today(table, _TRUSTED, UNTRUSTED)
    told = table
    if found and trust.only_timestampers_pem:
        proof = read(trust.signers_by_source)
        proven, _ = _today(proof, _TRUSTED, UNTRUSTED)
        if active in found and _named_list(table) != STAMPERS:
            proven.add(active)  # an expired one is not, under the signers alone
        else:
            told = proof
        found = proven | _under_signers(found - proven - {active}, table, read, trust)
    found -= _out_of_time(found, table, read, trust)
    return found, _source(told, trust) if active in found else None


def is_stamp_checked(manifest: Table) -> bool:
    """Whether the library asks who made a time-stamp. In claims of the first version it believes
    anybody's, and calls it trusted."""
    return manifest.get("claim_version") == 2


def _under_signers(labels: set[str], table: Table, read: Read, trust: Trust) -> set[str]:
    """Those of these ancestors, trusted under both lists together, that some signers' list vouches
    for, and a time-stamp for the time.

    The library names the list unless somebody recorded the trust before. Then it is the signers' if
    the time-stampers alone vouch for the time and not for the signer.
    """
    lists = {s.label: s.why for s in delta_statuses(table, "success") if s.code == _TRUSTED}
    named = {label for label in labels if lists.get(label, "").startswith(_FOUND_IN)}
    found = {label for label in named if not lists[label].startswith(f"{_FOUND_IN}{STAMPERS}]")}
    if labels - named:
        alone = read(((STAMPERS, trust.only_timestampers_pem, ""),))
        _, strangers = _today(alone, _TRUSTED, UNTRUSTED)
        stamped, _ = _today(alone, _STAMPED, _NOT_STAMPED)
        found |= (labels - named) & strangers & stamped
    return found


def _today(table: Table, yes: str, no: str) -> tuple[set[str], set[str]]:
    """Labels of the manifests of which this reading found the one code, and the other.

    What is recorded counts where it tells nothing new; but where somebody recorded the one and
    somebody else the other, its silence says nothing.
    """
    said = list(_said(table))
    says_yes = {s.label for s in said if s.code == yes}
    says_no = {s.label for s in said if s.code == no}
    recorded: set[str] = set()
    noted: dict[str, set[str]] = {yes: set(), no: set()}
    for manifest in manifests_of(table).values():
        for ingredient in ingredients_of(manifest):
            recorded |= {s.label for s in recorded_statuses(ingredient, "success") if s.code == yes}
            for status in all_recorded(ingredient):
                if status.code in noted:
                    noted[status.code].add(status.label)
    return (
        (recorded - noted[no] | says_yes) - says_no,
        (noted[no] - noted[yes] | says_no) - says_yes,
    )


def _said(table: Table) -> Iterator[Status]:
    for kind in KINDS:
        yield from active_statuses(table, kind)
        yield from delta_statuses(table, kind)


def _out_of_time(labels: set[str], table: Table, read: Read, trust: Trust) -> set[str]:
    """Those of trusted signers whose certificate is not valid today, nor was at the time of a
    trusted time-stamp. The library sees to the rest: it looks at the certificates of ancestors less
    closely, and at those of signers who are believed alone not at all.
    """
    manifests, active = manifests_of(table), str(table.get("active_manifest", ""))
    asked = set()
    for label in labels:
        manifest = manifests.get(label, {})
        stamped = "time" in mapping(manifest.get("signature_info"))
        if label != active:
            doubtful = stamped or bool(trust.leaves)
        else:
            doubtful = stamped and not is_stamp_checked(manifest)
        if doubtful:
            asked.add(label)
    if not asked:
        return asked
    stamped_by_trusted, _ = _today(table, _STAMPED, _NOT_STAMPED)
    now = dt.datetime.now(dt.UTC)
    in_time = set()
    for label, begin, end, stamp in _validities(read((), "crjson")):
        heeded = label in stamped_by_trusted and is_stamp_checked(manifests.get(label, {}))
        if begin <= now <= end or (heeded and stamp is not None and begin <= stamp <= end):
            in_time.add(label)
    return asked - in_time


def _validities(
    table: Table,
) -> Iterator[tuple[str, dt.datetime, dt.datetime, dt.datetime | None]]:
    """(label, first and last moment of the signer's certificate, time-stamp) of each manifest."""
    found = table.get("manifests")
    for manifest in found if isinstance(found, list) else []:
        signature = mapping(mapping(manifest).get("signature"))
        validity = mapping(mapping(signature.get("certificateInfo")).get("validity"))
        begin, end = _time(validity.get("notBefore")), _time(validity.get("notAfter"))
        if begin is not None and end is not None:
            stamp = _time(mapping(signature.get("timeStampInfo")).get("timestamp"))
            yield str(mapping(manifest).get("label")), begin, end, stamp


def _time(text: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _named_list(table: Table) -> object:
    return mapping(table.get("validation_results")).get("trustListUri")


def _source(proof: Table, trust: Trust) -> str | None:
    """Where the anchor comes from; the library names no list where a signer is believed alone."""
    named = _named_list(proof)
    if named in trust.sources:
        return str(named)
    manifest = manifests_of(proof).get(str(proof.get("active_manifest")), {})
    serial = mapping(manifest.get("signature_info")).get("cert_serial_number")
    return next((a.origin for a in trust.leaves if str(a.serial) == serial), None)
