"""Changing an index: one process at a time, and a crash leaves what was committed."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import PictureIndexError
from ..manifest import now
from .database import COLUMNS, SCHEMA, TABLES, connect, explained, values_of
from .entry import Entry
from .hashes import read_hashes, rows_of, write_hashes
from .lookup import SPAN, read_part, write_part
from .store import PictureIndex, index_folder


class Writer:
    """What may be done to ``index`` while nobody else changes it."""

    def __init__(self, index: PictureIndex, database: sqlite3.Connection) -> None:
        self.index = index
        self._database = database

    def add(self, entries: Iterable[Entry]) -> None:
        """Add pictures; all of them, or after a crash none. One of a known sha256 takes the place
        of the known one, and keeps the time at which that was added."""
        added = now()
        with _transaction(self._database):
            for entry in entries:
                known = self._database.execute(
                    "DELETE FROM pictures WHERE sha256 = ? RETURNING added", (entry.sha256,)
                ).fetchone()
                values = values_of(replace(entry, added=known[0] if known else added))
                marks = ", ".join("?" * len(values))
                self._database.execute(
                    f"INSERT INTO pictures ({COLUMNS}) VALUES ({marks})",  # noqa: S608
                    values,
                )

    def remove(self, ids: Iterable[int]) -> None:
        """Forget pictures, and make the files beside the database anew without them."""
        with _transaction(self._database):
            self._database.executemany("DELETE FROM pictures WHERE id = ?", [(n,) for n in ids])
        self.forget_files()

    def forget_files(self) -> None:
        """Remove the files beside the database; they are made again from it."""
        for path in (self.index.hashes_file, *self.index.folder.glob("codes-*.bin")):
            path.unlink(missing_ok=True)


@contextmanager
def writing(
    folder: str | os.PathLike[str] | None = None, *, create: bool = False
) -> Iterator[Writer]:
    """The right to change the index in a folder, by default this installation's own, until the
    block ends. What was committed stays, whatever comes.

    Raises PictureIndexError where another process has the right, where there is no index (and it
    is not to be made), or where it cannot be used.
    """
    place = index_folder(folder)
    index = PictureIndex(place)
    if not create and not index.file.exists():
        raise PictureIndexError(
            f"there is no index of pictures in {place}; 'zoo index add FOLDER' begins one"
        )
    with explained(place):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(place), closing(connect(index.file, "rwc")) as database:
            _make_tables(database)
            index.check_schema()
            database.execute("PRAGMA secure_delete=ON")
            try:
                yield Writer(index, database)
            finally:
                keep_up(index)


def keep_up(index: PictureIndex) -> None:
    """Bring the files beside the database up to it. Where that fails, readers do without them."""
    last = index.last()
    with suppress(OSError):
        stored, looked_at = read_hashes(index.hashes_file, index.name)
        if looked_at < last:
            since = rows_of(index.hashes_since(looked_at))
            write_hashes(index.hashes_file, stored, since, last, index.name)
        for first in range(1, last + 1, SPAN):
            end = min(first + SPAN - 1, last)
            part = read_part(index.part_file(first), first, index.name)
            if part is None or part.last < end:
                write_part(index.part_file(first), index.part(first, end), index.name)


def _make_tables(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
        return
    with _transaction(database):
        for statement in TABLES.split(";\n"):
            database.execute(statement)
        values = (("schema", str(SCHEMA)), ("name", secrets.token_hex(16)))
        database.executemany("INSERT INTO about VALUES (?, ?)", values)


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    with database:  # commits, or takes back
        yield


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / "lock", timeout=0):
            yield
    except Timeout as error:
        raise PictureIndexError(
            f"another process is changing the index {folder}; try again when it is done"
        ) from error
