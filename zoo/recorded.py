"""Reading the record that a picture's C2PA manifest carries, and what the manifest leaves out."""

from __future__ import annotations

import hashlib
import os

from zoo_provenance.credentials import read_store
from zoo_provenance.errors import RecordError
from zoo_provenance.ledger import Ledger
from zoo_provenance.library import NoStoreError, UnreadableStoreError
from zoo_provenance.pictures import sniff
from zoo_provenance.record import Record
from zoo_provenance.recorded import Recorded, records_in
from zoo_provenance.trust import Trust

from .errors import ReplayError
from .input_picture import InputPicture, open_input


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


def with_words(found: Recorded, data: bytes) -> Record:
    """The record that the ledger here keeps of a picture, with the prompt that was not signed.

    Raises ReplayError where it has none: the prompt stayed where the picture was made.
    """
    from zoo_provenance.ledger.sql import open_ledger

    ledger = open_ledger(create=False)
    if ledger is not None:
        try:
            for row in _rows(ledger, found, data):
                record = Record.from_json(row)
                if record.without_words() == found.record:
                    return record
        finally:
            ledger.close()
    raise ReplayError(
        "its prompt was not signed into it, and the ledger here does not have it: it can be made "
        "again where it was made (zoo generate --sign-prompt signs prompts)"
    )


def _rows(ledger: Ledger, found: Recorded, data: bytes) -> list[str]:
    rows = [ledger.by_sha256(hashlib.sha256(data).hexdigest())]
    if found.watermark is not None:
        rows.append(ledger.by_id(found.watermark.id))
    return [row.record for row in rows if row is not None]


def begun_with(record: Record, image: str | os.PathLike[str] | None) -> InputPicture | None:
    """The picture that a record says another was made from. Raises ReplayError where the ``image``
    is another one, or there is none."""
    if not record.inputs:
        if image is not None:
            raise ReplayError("it was not made from another picture; leave out --image")
        return None
    if image is None:
        raise ReplayError(
            f"it was made from a picture with the sha256 {record.inputs[0]}; give that file: "
            "--image FILE"
        )
    begun = open_input(image)
    if (begun.sha256,) != record.inputs:
        raise ReplayError(
            f"{os.fspath(image)} is another picture than it was made from: its sha256 is "
            f"{begun.sha256}, recorded is {', '.join(record.inputs)}"
        )
    return begun
