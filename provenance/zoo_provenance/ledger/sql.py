"""The ledger in a database: SQLite in the home, or what ``ZOO_LEDGER`` names.

A picture costs three transactions a batch; only the one that seals waits for the disk.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, overload

import sqlalchemy as sa
from sqlalchemy import bindparam, delete, insert, select, update

from ..errors import LedgerBrokenError, LedgerError
from ..home import make_home
from ..identity import Signer
from ..source import SourceType
from . import Row, State
from .audit import AuditReader
from .chain import row_digest
from .connect import Place, connect, connect_read_only, explained, find_place, transaction
from .fingerprints import keep_up
from .head import Head, write_head
from .ids import possible_ids
from .linking import append_link, chunks, fitting_end, now
from .owners import Owner, left_behind
from .tables import (
    bring_up,
    details,
    pictures,
    schema,
    stored_schema,
)

_FILL = (
    update(pictures)
    .where(pictures.c.id == bindparam("key"), pictures.c.state == State.RESERVED.value)
    .values(
        state=State.WRITTEN.value,
        created=bindparam("created"),
        path=bindparam("path"),
        sha256=bindparam("sha256"),
        fingerprint=bindparam("fingerprint"),
        digest=bindparam("digest"),
    )
)


class SqlLedger(AuditReader):
    """A :class:`~zoo_provenance.ledger.Ledger`. Made by :func:`open_ledger`."""

    def __init__(
        self, place: Place, connection: sa.Connection, *, writable: bool, identity: Signer | None
    ) -> None:
        super().__init__(place, connection, writable=writable)
        self._identity = identity
        self._owner: Owner | None = None

    def reserve(
        self, paths: Sequence[str], records: Sequence[str], sources: Sequence[SourceType]
    ) -> list[int]:
        """New ids below 2**ID_BITS, one for each path, unique in this ledger; one transaction.

        An empty path stands for a picture that goes into a stream. Where a process that has ended
        had reserved an id for the same path and record, and left no file there, it is taken over.
        """
        self._must_write()
        self._owner = self._owner or Owner(self.place.folder, shared=self.place.file is None)
        created = now()
        with self._lock, explained(self.place), transaction(self._connection):
            own = self.ledger_id
            fitting_end(self._connection, self.place, own)
            tried = (possible_ids(own, *one) for one in zip(records, sources, strict=True))
            ids = self._new_ids([_absolute(path) for path in paths], tried)
            rows = [
                {
                    "id": key,
                    "state": State.RESERVED.value,
                    "created": created,
                    "path": _absolute(path),
                    "owner": self._owner.token,
                }
                for key, path in zip(ids, paths, strict=True)
            ]
            if rows:
                self._connection.execute(insert(pictures), rows)
        return ids

    def write(self, rows: Sequence[Row]) -> None:
        """Fill in reserved rows: their files are complete under their temporary names."""
        self._must_write()
        if not rows:
            return
        small = [
            {
                "key": row.id,
                "created": row.created,
                "path": _absolute(row.path),
                "sha256": row.sha256,
                "fingerprint": row.fingerprint,
                "digest": row_digest(row),
            }
            for row in rows
        ]
        large = [
            {
                "id": row.id,
                "thumbnail": row.thumbnail,
                "source_type": row.source_type,
                "record": row.record,
                "manifest": row.manifest,
            }
            for row in rows
        ]
        with self._lock, explained(self.place), transaction(self._connection):
            if self._connection.execute(_FILL, small).rowcount != len(rows):
                raise LedgerError(
                    "cannot write rows that were not reserved, or are written already"
                )
            self._connection.execute(insert(details), large)
            self._fingerprints = None

    def seal(self, ids: Sequence[int]) -> int:
        """Hang written rows into the chain as one signed link; returns its number.

        On the disk when it returns. Raises LedgerBrokenError, and changes nothing, where the chain
        does not reach the head that was kept beside it.
        """
        self._must_write()
        if self._identity is None:
            raise LedgerError("cannot seal without an identity: open the ledger with one")
        with self._lock, explained(self.place):
            with transaction(self._connection, durable=True):
                link = append_link(
                    self._connection, self.place, self.ledger_id, sorted(ids), self._identity
                )
            self._fingerprints = None
            write_head(self.place.head, Head(self.ledger_id, link))
            keep_up(self)
        return link.number

    def release(self, ids: Sequence[int]) -> None:
        """Drop rows that are not sealed."""
        self._must_write()
        with self._lock, explained(self.place), transaction(self._connection):
            for some in chunks(ids):
                unsealed = select(pictures.c.id).where(
                    pictures.c.id.in_(some), pictures.c.state != State.SEALED.value
                )
                self._connection.execute(delete(details).where(details.c.id.in_(unsealed)))
                self._connection.execute(delete(pictures).where(pictures.c.id.in_(unsealed)))
            self._fingerprints = None

    def raise_head(self) -> None:
        """Bring the head file up to the end of the chain."""
        self._must_write()
        write_head(self.place.head, Head(self.ledger_id, self.last_link()))

    def close(self) -> None:
        """Close the connection; rows that are not sealed count as left behind from now on."""
        super().close()
        if self._owner is not None:
            self._owner.release()
            self._owner = None

    def __enter__(self) -> SqlLedger:
        return self

    def _must_write(self) -> None:
        if not self.writable:
            raise LedgerError(f"the ledger {self.place.shown} was opened for reading")

    def _new_ids(self, paths: Sequence[str], tried: Iterable[Iterator[int]]) -> list[int]:
        ids: list[int] = []
        for path, keys in zip(paths, tried, strict=True):
            ids.append(next(key for key in keys if key not in ids and self._is_free(key, path)))
        return ids

    def _is_free(self, key: int, path: str) -> bool:
        """Whether no row has this id; one that was left behind for the same path is dropped."""
        columns = (pictures.c.state, pictures.c.path, pictures.c.owner)
        row = self._connection.execute(select(*columns).where(pictures.c.id == key)).first()
        if row is None:
            return True
        if row.state == State.SEALED.value or row.path != path or not path or os.path.lexists(path):
            return False
        with left_behind(self.place.folder, row.owner) as gone:
            if gone:
                self._connection.execute(delete(details).where(details.c.id == key))
                self._connection.execute(delete(pictures).where(pictures.c.id == key))
            return gone


@overload
def open_ledger(
    url_or_home: str | Path | None = None,
    *,
    identity: Signer | None = None,
    create: Literal[True],
) -> SqlLedger: ...


@overload
def open_ledger(
    url_or_home: str | Path | None = None,
    *,
    identity: Signer | None = None,
    create: bool,
) -> SqlLedger | None: ...


def open_ledger(
    url_or_home: str | Path | None = None,
    *,
    identity: Signer | None = None,
    create: bool,
) -> SqlLedger | None:
    """Open a ledger: that of a home folder, of an SQLAlchemy URL, or by default ``ZOO_LEDGER``
    and else this installation's own.

    ``create``: make or migrate it where needed, and open it for writing; ``identity`` signs what
    is sealed. Otherwise open it for reading, leave no trace, and return None where there is none.
    Raises LedgerError where it cannot be opened; a new one is not begun beside an old one's head.
    """
    place = find_place(url_or_home)
    with explained(place):
        if create:
            must_not_be_lost(place)
            return _open_for_writing(place, identity)
        if place.file and not place.file.exists():
            return None
        return _open_for_reading(place)


def must_not_be_lost(place: Place) -> None:
    """Raises LedgerBrokenError where only the head of a ledger is left."""
    if place.file and place.head.exists() and not place.file.exists():
        raise LedgerBrokenError(
            f"the ledger {place.file} is gone, but its head {place.head.name} is still there; "
            "restore it from a backup, or remove the head file to begin a new ledger"
        )


def _open_for_writing(place: Place, identity: Signer | None) -> SqlLedger:
    make_home(place.folder)
    connection = connect(place)
    try:
        if stored_schema(connection) != schema():
            with transaction(connection, durable=True):
                # Looked at again, now that no other process can be doing the same.
                bring_up(connection, stored_schema(connection), secrets.token_hex(16))
        ledger = SqlLedger(place, connection, writable=True, identity=identity)
        if ledger.last_link() is None and not place.head.exists():
            ledger.raise_head()
    except BaseException:
        connection.close()
        connection.engine.dispose()
        raise
    return ledger


def _open_for_reading(place: Place) -> SqlLedger | None:
    connection = connect_read_only(place)
    found = stored_schema(connection)
    if found == schema():
        return SqlLedger(place, connection, writable=False, identity=None)
    connection.close()
    connection.engine.dispose()
    if found is None:
        return None
    raise LedgerError(
        f"the ledger {place.shown} was written by an older Zoo; run 'zoo ledger check --repair' "
        "once to bring it up to date"
    )


def _absolute(path: str) -> str:
    return os.path.abspath(path) if path else ""  # noqa: PTH100 - links are not followed
