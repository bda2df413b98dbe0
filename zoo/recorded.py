"""Reading the record that a picture's C2PA manifest carries."""

from __future__ import annotations

from zoo_provenance.credentials import read_store
from zoo_provenance.errors import RecordError
from zoo_provenance.library import NoStoreError, UnreadableStoreError
from zoo_provenance.pictures import sniff
from zoo_provenance.recorded import Recorded, records_in
from zoo_provenance.trust import Trust

from .errors import ReplayError


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
    try:
        for found in records_in(store):
            return found
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error
    raise ReplayError(
        f"{name}: its manifest holds no record of Zoo's, so there is nothing to make it from"
    )
