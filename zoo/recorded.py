"""Reading the record that a picture's C2PA manifest carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoo_provenance.credentials import NoStoreError, Store, UnreadableStoreError, read_store
from zoo_provenance.errors import RecordError
from zoo_provenance.manifest import RECORD_LABEL
from zoo_provenance.pictures import sniff
from zoo_provenance.record import Record
from zoo_provenance.trust import Trust

from .errors import ReplayError


def read_record(data: bytes, name: str) -> Record:
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
    for assertion in _assertions(store):
        if assertion.get("label") == RECORD_LABEL:
            content = assertion.get("data")
            text = content.get("json") if isinstance(content, dict) else None
            if not isinstance(text, str):
                raise RecordError(f"{name}: the record in its manifest is damaged")
            return Record.from_json(text)
    raise ReplayError(
        f"{name}: its manifest holds no record of Zoo's, so there is nothing to make it from"
    )


def _assertions(store: Store) -> Iterator[Mapping[str, Any]]:
    """The assertions of all manifests, the active one's first."""
    for label in sorted(store.manifests, key=lambda label: label != store.active):
        found = store.manifests[label].get("assertions")
        for assertion in found if isinstance(found, list) else []:
            if isinstance(assertion, dict):
                yield assertion
