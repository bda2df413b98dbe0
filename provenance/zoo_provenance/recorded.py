"""The records that a picture's C2PA manifests carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import softbinding
from .ancestry import assertions_of
from .credentials import Store
from .errors import RecordError
from .record import RECORD_LABEL, Record
from .softbinding import SoftBinding, binding_of


@dataclass(frozen=True)
class Recorded:
    """What a manifest says of how its picture was made: the record, and the watermark that was
    embedded afterwards, where there is one."""

    record: Record
    watermark: SoftBinding | None


def records_in(store: Store) -> Iterator[Recorded]:
    """The record of the active manifest, then those of earlier ones; trusted or not.

    Raises RecordError at one that is damaged, or not of this version.
    """
    for label in sorted(store.manifests, key=lambda label: label != store.active):
        found = dict(assertions_of(store.manifests[label]))
        if RECORD_LABEL in found:
            text = found[RECORD_LABEL].get("json")
            if not isinstance(text, str):
                raise RecordError("the record in its manifest is damaged")
            yield Recorded(Record.from_json(text), binding_of(found.get(softbinding.LABEL, {})))
