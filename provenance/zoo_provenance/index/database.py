"""The database of the index: its tables, and connections to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ..errors import PictureIndexError
from .entry import Entry

SCHEMA = 1
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    added TEXT NOT NULL,
    modified TEXT NOT NULL,
    taken TEXT,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    hash BLOB NOT NULL,
    thumbnail BLOB NOT NULL,
    preview BLOB NOT NULL,
    features BLOB
);
CREATE INDEX pictures_path ON pictures (path);
"""
"""Rows are never changed: a picture that is added anew gets an id of its own, and no id is given
twice. So what the files beside the database say of an id stays true."""

COLUMNS = "sha256, path, added, modified, taken, width, height, hash, thumbnail, preview, features"
_BUSY_SECONDS = 30


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that leaves no trace: where nobody writes, not even the lock files of SQLite's
    write-ahead log. Keep it open for one question only, as a writer may come."""
    written = file.with_name(file.name + "-wal").exists()
    mode = "ro" if written else "ro&immutable=1"
    with explained(file.parent), closing(connect(file, mode)) as database:
        yield database


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """A connection in one of SQLite's modes (ro, rw, rwc), without transactions of its own."""
    uri = f"{file.as_uri()}?mode={mode}"
    return sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into a PictureIndexError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "locked" in text:
            text = f"another program has kept it locked for {_BUSY_SECONDS} s; try again later"
        elif any(word in text for word in ("malformed", "not a database", "no such")):
            text = f"it is damaged ({text}); move the folder away, and add the pictures again"
        raise PictureIndexError(f"the index {folder}: {text}") from error
    except OSError as error:
        reason = error.strerror or error
        raise PictureIndexError(f"the index {folder} cannot be used: {reason}") from error


def about(database: sqlite3.Connection, name: str) -> str:
    """What the index says of itself: its ``schema``, and a random ``name``."""
    found = database.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise sqlite3.DatabaseError(f"no such entry: {name}")
    return str(found[0])


def last_id(database: sqlite3.Connection) -> int:
    """The highest id that was ever given; 0 for an empty index."""
    query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'pictures'"
    return int(database.execute(query).fetchone()[0])


def values_of(entry: Entry) -> tuple[object, ...]:
    """The values of COLUMNS."""
    return (
        entry.sha256, entry.path, entry.added, entry.modified, entry.taken, *entry.size,
        entry.hash, entry.thumbnail, entry.preview, entry.features,
    )  # fmt: skip


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry of a row: its id, then COLUMNS."""
    number, sha256, path, added, modified, taken, width, height = row[:8]
    mark, thumbnail, preview, features = row[8:]
    return Entry(
        path=path, sha256=sha256, modified=modified, taken=taken, size=(width, height), hash=mark,
        thumbnail=thumbnail, preview=preview, features=features, id=number, added=added,
    )  # fmt: skip
