"""Reading a ledger: by hash, by id, by fingerprint, all rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, exc, func, select

from . import Row, State
from .connect import Place, connect_read_only, explained, stamp
from .fingerprints import Fingerprints, load
from .tables import details, pictures

_PAGE = 200

_ROWS = select(
    pictures.c.id,
    pictures.c.created,
    pictures.c.path,
    pictures.c.sha256,
    pictures.c.fingerprint,
    details.c.thumbnail,
    details.c.source_type,
    details.c.record,
    details.c.manifest,
    pictures.c.state,
    pictures.c.link,
    pictures.c.digest,
).select_from(pictures.outerjoin(details, pictures.c.id == details.c.id))

_BY_SHA256 = (
    _ROWS.where(pictures.c.sha256 == bindparam("sha256"), pictures.c.state != State.RESERVED.value)
    .order_by(pictures.c.created.desc(), pictures.c.id.desc())
    .limit(1)
)
_BY_ID = _ROWS.where(pictures.c.id == bindparam("id"))
_BY_LINK = _ROWS.where(pictures.c.link == bindparam("link")).order_by(pictures.c.id)
_EXTENT = select(func.count(), func.max(pictures.c.link)).select_from(pictures)


class Reader:
    """One connection to a ledger. Threads may share it; they take turns."""

    def __init__(self, place: Place, connection: sa.Connection, *, writable: bool) -> None:
        self.place = place
        self.writable = writable
        self._connection = connection
        self._lock = threading.RLock()
        self._immutable = _stamp_of(place, connection, writable=writable)
        self._fingerprints: tuple[object, Fingerprints] | None = None

    def by_sha256(self, sha256: str) -> Row | None:
        """The newest written or sealed row of a file."""
        found = self.fetch(_BY_SHA256, {"sha256": sha256})
        return _row(found[0])[0] if found else None

    def by_id(self, id: int) -> Row | None:
        """The row of that id, in any state."""
        found = self.fetch(_BY_ID, {"id": id})
        return _row(found[0])[0] if found else None

    def by_link(self, number: int) -> list[tuple[Row, str]]:
        """The rows of a link in the order of their ids, each with the digest it was sealed with."""
        return [_row(values) for values in self.fetch(_BY_LINK, {"link": number})]

    def near(self, hash: bytes, within: int) -> list[tuple[int, int]]:
        """Distance in bits and id of each written or sealed row whose fingerprint is at most
        ``within`` bits from ``hash`` (32 bytes), nearest first."""
        with self._lock:
            extent = self._extent()
            if self._fingerprints is None or self._fingerprints[0] != extent:
                self._fingerprints = (extent, load(self))
            return self._fingerprints[1].near(hash, within)

    def rows(self, *, newest_first: bool = False, limit: int | None = None) -> Iterator[Row]:
        """Rows in any state, oldest first unless asked, read in pages."""
        key = sa.tuple_(pictures.c.created, pictures.c.id)
        order = (pictures.c.created, pictures.c.id)
        page = _ROWS.order_by(*(c.desc() if newest_first else c.asc() for c in order))
        last: tuple[str, int] | None = None
        left = limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            statement = page.limit(size)
            if last is not None:
                statement = statement.where(key < last if newest_first else key > last)
            found = self.fetch(statement)
            yield from (_row(values)[0] for values in found)
            if len(found) < size:
                return
            last = (found[-1][1], found[-1][0])
            left = None if left is None else left - size

    def fetch(
        self, statement: sa.Executable, values: Mapping[str, Any] | None = None
    ) -> Sequence[Any]:
        """All rows that a statement selects, as of one moment."""
        with self._lock, explained(self.place):
            while True:
                self._reopen_if_changed()
                try:
                    found = self._connection.execute(statement, values or {}).all()
                except exc.DBAPIError:
                    if self._is_unchanged():
                        raise
                    continue
                if self._is_unchanged():
                    return found

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
            self._connection.engine.dispose()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _is_unchanged(self) -> bool:
        return self._immutable is None or (
            self.place.file is not None and stamp(self.place.file) == self._immutable
        )

    def _reopen_if_changed(self) -> None:
        if self._is_unchanged():
            return
        self._connection.close()
        self._connection.engine.dispose()
        self._fingerprints = None
        self._connection = connect_read_only(self.place)
        self._immutable = _stamp_of(self.place, self._connection, writable=self.writable)

    def _extent(self) -> object:
        """Differs after every change to the rows, and costs next to nothing on SQLite."""
        if self.place.file:
            return self.fetch(sa.text("PRAGMA data_version"))[0][0]
        return tuple(self.fetch(_EXTENT)[0])


def _stamp_of(
    place: Place, connection: sa.Connection, *, writable: bool
) -> tuple[int, int, bool] | None:
    """The file's stamp where the connection takes the file as unchanging."""
    if writable or place.file is None or "immutable=1" not in str(connection.engine.url):
        return None
    return stamp(place.file)


def _row(values: tuple[Any, ...]) -> tuple[Row, str]:
    """A row and the digest it was sealed with; the columns are those of ``_ROWS``."""
    number, created, path, *rest, state, link, digest = values
    sha256, mark, thumbnail, source_type, record, manifest = rest
    row = Row(
        id=number,
        created=_text(created),
        path=_text(path),
        sha256=_text(sha256),
        fingerprint=_bytes(mark),
        thumbnail=_bytes(thumbnail),
        source_type=_text(source_type),
        record=_text(record),
        manifest=_bytes(manifest),
        state=_STATES.get(state, State.RESERVED),
        link=link,
    )
    return row, _text(digest)


def _text(value: object) -> str:
    """SQLite keeps any type in any column, so a row that was tampered with may hold any."""
    return value if isinstance(value, str) else "" if value is None else repr(value)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else _text(value).encode("utf-8", "replace")


_STATES = {state.value: state for state in State}
