"""The database of a study: its tables, connections to it, and rows as objects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import StudyError
from .study import Answer, Item, Study

SCHEMA = 1
_BUSY_SECONDS = 30
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pictures (sha256 TEXT PRIMARY KEY, png BLOB NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL REFERENCES pictures (sha256),
    set_name TEXT NOT NULL,
    generated INTEGER,
    label TEXT,
    source TEXT NOT NULL,
    record TEXT,
    damaged INTEGER NOT NULL
);
CREATE TABLE units (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    catch INTEGER NOT NULL,
    expected TEXT NOT NULL,
    first INTEGER NOT NULL REFERENCES items (id),
    second INTEGER REFERENCES items (id)
);
CREATE TABLE raters (number INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE trials (
    id INTEGER PRIMARY KEY,
    rater INTEGER NOT NULL REFERENCES raters (number),
    position INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES units (id),
    swapped INTEGER NOT NULL,
    UNIQUE (rater, position),
    UNIQUE (rater, unit)
);
CREATE TABLE shown (
    token TEXT PRIMARY KEY,
    trial INTEGER NOT NULL REFERENCES trials (id),
    place INTEGER NOT NULL,
    UNIQUE (trial, place)
) WITHOUT ROWID;
CREATE TABLE answers (
    trial INTEGER NOT NULL REFERENCES trials (id),
    attempt INTEGER NOT NULL,
    choice TEXT NOT NULL,
    milliseconds INTEGER NOT NULL,
    shown INTEGER,
    looks INTEGER NOT NULL,
    at TEXT NOT NULL,
    withdrawn TEXT,
    PRIMARY KEY (trial, attempt)
) WITHOUT ROWID;
CREATE UNIQUE INDEX standing ON answers (trial) WHERE withdrawn IS NULL;
"""
"""``units`` hold what is asked of every rater; ``trials`` when and which way round. A picture's
random ``token`` is all that a browser learns of it. Of a trial, one answer stands at most, by the
index ``standing``; those taken back stay, with the time of it in ``withdrawn``."""

ANSWER = "trial, choice, milliseconds, at, attempt, shown, looks"
ITEM = "sha256, set_name, generated, label, source, record, damaged"


def now() -> str:
    """The time, RFC 3339 in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """A connection in one of SQLite's modes (ro, rw, rwc), without transactions of its own; what
    it commits is on the disk. It may be passed between threads, one at a time."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    database = sqlite3.connect(
        uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True, check_same_thread=False
    )
    if mode != "ro":
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
    return database


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing; where nobody rates, it leaves no lock files either."""
    mode = "ro" if file.with_name(file.name + "-wal").exists() else "ro&immutable=1"
    with explained(file), closing(connect(file, mode)) as database:
        yield database


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into a StudyError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "locked" in text:
            text = f"another program has kept it locked for {_BUSY_SECONDS} s; try again later"
        elif "unable to open" in text:
            text = "it cannot be opened"
        elif any(word in text for word in ("malformed", "not a database", "no such")):
            text = f"it is no study of zoo rate, or damaged ({text})"
        raise StudyError(f"the study {file}: {text}") from error
    except OSError as error:
        raise StudyError(f"the study {file}: {error.strerror or error}") from error


def check_schema(file: Path, database: sqlite3.Connection) -> None:
    """Raise StudyError where another version of Zoo made the study."""
    query = "SELECT value FROM about WHERE name = 'schema'"
    found = (database.execute(query).fetchone() or ("no",))[0]
    if found != str(SCHEMA):
        raise StudyError(
            f"the study {file} has schema {found}, and this version of Zoo reads {SCHEMA}; use the "
            "version that made it"
        )


def read_study(database: sqlite3.Connection) -> Study:
    """The study that the database is of."""
    (text,) = database.execute("SELECT value FROM about WHERE name = 'study'").fetchone()
    table = json.loads(text)
    for name in ("questions", "sets", "about"):
        table[name] = tuple(table[name])
    return Study(**table)


def item_of(row: Sequence[Any]) -> Item:
    """The item of a row of ITEM."""
    sha256, name, generated, label, source, record, damaged = row
    generated = None if generated is None else bool(generated)
    return Item(sha256, name, generated, label, source, record, bool(damaged))


def answer_of(row: Sequence[Any]) -> Answer:
    """The answer of a row of ANSWER."""
    return Answer(*row)
