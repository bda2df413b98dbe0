"""An index in its folder, as those see it who read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from ..errors import PictureIndexError
from ..home import zoo_home
from ..ledger.fingerprints import Fingerprints
from .database import COLUMNS, SCHEMA, about, entry_of, last_id, reading
from .entry import Entry, as_stored
from .hashes import read_hashes, rows_of, searchable
from .lookup import SPAN, Part, part_of, read_part


def index_folder(folder: str | os.PathLike[str] | None = None) -> Path:
    """The absolute path of an index, by default this installation's own, whether it is there or
    not."""
    return zoo_home() / "index" if folder is None else Path(folder).expanduser().absolute()


def open_index(folder: str | os.PathLike[str] | None = None) -> PictureIndex:
    """The index in a folder, by default this installation's own.

    Raises PictureIndexError where there is none, or none that this version can read.
    """
    place = index_folder(folder)
    index = PictureIndex(place)
    if not index.file.exists():
        raise PictureIndexError(
            f"there is no index of pictures in {place}; 'zoo index add FOLDER' begins one"
        )
    index.check_schema()
    return index


class PictureIndex:
    """Reading an index; any number of processes may read while one writes.

    Nothing is kept open, so that it may be asked from several threads. All methods raise
    PictureIndexError, saying what to do, where the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "index.sqlite3"
        self.hashes_file = folder / "hashes.bin"

    def part_file(self, first: int) -> Path:
        """The file of the local features of the ids from ``first`` on."""
        return self.folder / f"codes-{(first - 1) // SPAN:06d}.bin"

    def check_schema(self) -> None:
        """Raise PictureIndexError where a newer version of Zoo has made the index."""
        with reading(self.file) as database:
            found = about(database, "schema")
        if found != str(SCHEMA):
            raise PictureIndexError(
                f"the index {self.folder} has schema {found}, and this version of Zoo reads "
                f"{SCHEMA}; use the version that made it, or begin another with --index-path"
            )

    @cached_property
    def name(self) -> bytes:
        """A random name, by which the files beside the database are known as this index's."""
        with reading(self.file) as database:
            return about(database, "name").encode()

    def last(self) -> int:
        """The highest id that was ever given; 0 for an empty index."""
        with reading(self.file) as database:
            return last_id(database)

    def count(self) -> int:
        """How many pictures there are."""
        return self._number("SELECT count(*) FROM pictures")

    def count_without_features(self) -> int:
        """How many of them were added where OpenCV was missing."""
        return self._number("SELECT count(*) FROM pictures WHERE features IS NULL")

    def entries(self, limit: int = -1) -> Iterator[Entry]:
        """The pictures, newest first; at most ``limit``."""
        query = f"SELECT id, {COLUMNS} FROM pictures ORDER BY id DESC LIMIT ?"  # noqa: S608
        with reading(self.file) as database:
            yield from map(entry_of, database.execute(query, (limit,)))

    def by_id(self, number: int) -> Entry | None:
        return next(iter(self._fetch("id = ?", number)), None)

    def by_sha256(self, sha256: str) -> Entry | None:
        return next(iter(self._fetch("sha256 = ?", sha256)), None)

    def by_path(self, path: Path) -> list[Entry]:
        """Every picture that was added from this path; the file may have been replaced since."""
        return self._fetch("path = ? ORDER BY id", as_stored(path))

    def lacks(self, sha256: str, *, features: bool) -> bool:
        """Whether adding this file would bring anything; ``features``: local ones can be had."""
        query = "SELECT count(*) FROM pictures WHERE sha256 = ?"
        return not self._number(query + " AND features IS NOT NULL" * features, sha256)

    def damage(self) -> str | None:
        """What SQLite finds wrong with the database; None where it is sound."""
        with reading(self.file) as database:
            (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        return None if found == "ok" else str(found)

    def hashes(self) -> Fingerprints:
        """All perceptual hashes, to be searched: from the file, and what it lacks from the
        database."""
        stored, last = read_hashes(self.hashes_file, self.name)
        return searchable(stored, rows_of(self.hashes_since(last)))

    def parts(self) -> list[Part]:
        """All local features, to be searched: from the files, and what these lack from the
        database."""
        found = []
        last = self.last()
        for first in range(1, last + 1, SPAN):
            end = min(first + SPAN - 1, last)
            part = read_part(self.part_file(first), first, self.name)
            if part is not None:
                found.append(part)
            since = first if part is None else part.last + 1
            if since <= end:
                found.append(self.part(since, end))
        return found

    def part(self, first: int, last: int) -> Part:
        """The local features of the ids from ``first`` to ``last``, from the database."""
        query = (
            "SELECT id, features, width, height FROM pictures "
            "WHERE id BETWEEN ? AND ? AND features IS NOT NULL ORDER BY id"
        )
        with reading(self.file) as database:
            rows = ((n, f, (w, h)) for n, f, w, h in database.execute(query, (first, last)))
            return part_of(first, last, rows)

    def hashes_since(self, last: int) -> list[tuple[int, bytes]]:
        """Ids and hashes of the pictures with higher ids, from the database."""
        query = "SELECT id, hash FROM pictures WHERE id > ? AND length(hash) = 32 ORDER BY id"
        with reading(self.file) as database:
            return database.execute(query, (last,)).fetchall()

    def _fetch(self, where: str, *values: object) -> list[Entry]:
        query = f"SELECT id, {COLUMNS} FROM pictures WHERE {where}"  # noqa: S608
        with reading(self.file) as database:
            return list(map(entry_of, database.execute(query, values)))

    def _number(self, query: str, *values: object) -> int:
        with reading(self.file) as database:
            return int(database.execute(query, values).fetchone()[0])
