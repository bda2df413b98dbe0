"""Where a ledger is, and one connection to it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import StaticPool

from ..errors import LedgerError
from ..home import zoo_home

BUSY_SECONDS = 30
_SQLITE = {"timeout": BUSY_SECONDS, "check_same_thread": False}


@dataclass(frozen=True)
class Place:
    """A ledger's URL, the home whose identity signs it, and the folder of its head and locks."""

    url: sa.URL
    home: Path
    file: Path | None
    folder: Path
    head: Path

    @property
    def shown(self) -> str:
        """For messages: the file, or the URL without its password."""
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @property
    def fingerprints(self) -> Path:
        """The file of all fingerprints, beside the head."""
        return self.head.with_name(self.head.stem.removesuffix("-head") + "-fingerprints.bin")


def find_place(url_or_home: str | Path | None) -> Place:
    """A home folder, an SQLAlchemy URL, or None for ``ZOO_LEDGER`` and else the home's own file."""
    if isinstance(url_or_home, Path):
        return _file_place(url_or_home / "ledger.sqlite3", url_or_home)
    text = url_or_home or os.environ.get("ZOO_LEDGER")
    home = zoo_home()
    if not text:
        return _file_place(home / "ledger.sqlite3", home)
    try:
        url = sa.make_url(text)
    except exc.ArgumentError as error:
        raise LedgerError(
            f"{text!r} is not the URL of a database; ZOO_LEDGER takes one like "
            "sqlite:////folder/ledger.sqlite3 or postgresql+psycopg://host/name"
        ) from error
    if url.get_backend_name() != "sqlite":
        tag = hashlib.sha256(url.set(password=None).render_as_string().encode()).hexdigest()[:12]
        return Place(url, home, None, home, home / f"ledger-{tag}-head.json")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise LedgerError(
            f"ZOO_LEDGER={text} names no file that is kept; use sqlite:////folder/ledger.sqlite3"
        )
    return _file_place(Path(url.database), home)


def _file_place(file: Path, home: Path) -> Place:
    file = file.expanduser().absolute()
    url = sa.URL.create("sqlite", database=str(file))
    return Place(url, home, file, file.parent, file.with_name(f"{file.stem}-head.json"))


@contextlib.contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn what the database's driver raises into a LedgerError that says what to do."""
    try:
        yield
    except (exc.NoSuchModuleError, ImportError) as error:
        raise LedgerError(
            f"no driver for the ledger {place.shown} is installed ({error}); install it, or "
            "correct ZOO_LEDGER"
        ) from error
    except exc.DBAPIError as error:
        raise LedgerError(f"the ledger {place.shown}: {_advice(error, place)}") from error
    except (exc.SQLAlchemyError, UnicodeEncodeError, OSError) as error:
        raise LedgerError(f"the ledger {place.shown}: {error}") from error


def _advice(error: exc.DBAPIError, place: Place) -> str:
    text = str(error.orig)
    if any(word in text for word in ("malformed", "not a database", "disk image")):
        return (
            f"the file is damaged ({text}); restore it from a backup, or move it and "
            f"{place.head.name} elsewhere to begin a new one. Pictures keep their manifests."
        )
    if "locked" in text:
        return f"another program has kept it locked for {BUSY_SECONDS} s; try again when it is done"
    if any(word in text for word in ("readonly", "unable to open", "permission")):
        return f"{text}; make the file and its folder writable, or let ZOO_HOME name another folder"
    if "full" in text:
        return f"{text}; free some space, then run 'zoo ledger check --repair'"
    if "no such table" in text or "no such column" in text:
        return f"it has not the tables of a ledger ({text}); restore it from a backup"
    return text


def connect(place: Place) -> sa.Connection:
    """A connection that may write; the file is made where it is missing."""
    connection = _open(place.url, _SQLITE if place.file else {})
    if place.file:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
    return connection


def connect_read_only(place: Place) -> sa.Connection:
    """A connection that leaves no trace, not even the lock files of SQLite's write-ahead log.

    Where nobody has the file open it is opened as immutable; :func:`stamp` tells when that no
    longer holds.
    """
    if not place.file:
        return _open(place.url, {})
    options = "mode=ro" if _log(place.file).exists() else "mode=ro&immutable=1"
    path = place.file.as_uri().removeprefix("file://")
    url = sa.URL.create("sqlite", database=f"file:{path}").update_query_string(options)
    url = url.update_query_dict({"uri": "true"})
    return _open(url, _SQLITE)


def stamp(file: Path) -> tuple[int, int, bool]:
    """Changes when somebody writes to the file, or may be about to."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size, _log(file).exists()


def _log(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def _open(url: sa.URL, arguments: Mapping[str, object]) -> sa.Connection:
    engine = sa.create_engine(url, connect_args=dict(arguments), poolclass=StaticPool)
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


@contextlib.contextmanager
def transaction(connection: sa.Connection, *, durable: bool = False) -> Iterator[None]:
    """One transaction that takes the write lock first, so that it cannot fail half-way.

    ``durable``: on the disk when it ends. Without, a power cut may undo it, and only it and what
    came after; a process that dies cannot.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "BEGIN")
    try:
        yield
    except BaseException:
        with contextlib.suppress(exc.DBAPIError):  # SQLite may have rolled back by itself
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
