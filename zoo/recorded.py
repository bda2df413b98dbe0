"""Reading the record that a picture's C2PA manifest carries."""

from __future__ import annotations

from dataclasses import dataclass

from zoo_provenance import softbinding
from zoo_provenance.ancestry import assertions_of
from zoo_provenance.credentials import NoStoreError, UnreadableStoreError, read_store
from zoo_provenance.errors import RecordError
from zoo_provenance.manifest import RECORD_LABEL
from zoo_provenance.pictures import sniff
from zoo_provenance.record import Record
from zoo_provenance.softbinding import SoftBinding, binding_of
from zoo_provenance.trust import Trust

from .errors import ReplayError


@dataclass(frozen=True)
class Recorded:
    """What a manifest says of how its picture was made: the record, and the watermark that was
    embedded afterwards, where there is one."""

    record: Record
    watermark: SoftBinding | None


def read_recorded(data: bytes, name: str) -> Recorded:
    """The record in a picture's active manifest, or else in an earlier one; trusted or not.

    Whether the manifest can be believed is what ``zoo verify`` says. Raises ReplayError where
    there is none, RecordError where it is not one of this version.
    """
    try:
        store = read_store(data, sniff(data) or "application/octet-stream", Trust())
    except (NoStoreError, UnreadableStoreError) as error:
        raise ReplayError(
            f"{name} carries no readable manifest, so there is nothing to make it from; "
            "zoo verify says what is known of it"
        ) from error
    for manifest in sorted(store.manifests, key=lambda label: label != store.active):
        found = dict(assertions_of(store.manifests[manifest]))
        if RECORD_LABEL in found:
            text = found[RECORD_LABEL].get("json")
            if not isinstance(text, str):
                raise RecordError(f"{name}: the record in its manifest is damaged")
            binding = binding_of(found.get(softbinding.LABEL, {}))
            return Recorded(Record.from_json(text), binding)
    raise ReplayError(
        f"{name}: its manifest holds no record of Zoo's, so there is nothing to make it from"
    )
