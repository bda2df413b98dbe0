"""Beginning a study: its file appears whole, pictures and plan included, or not at all."""

from __future__ import annotations

import dataclasses
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import StudyError, UsageError
from .database import SCHEMA, TABLES, check_schema, connect, explained, read_study
from .order import Asked, order
from .study import Item, Question, Study

MOST_RATERS = 1000


@dataclass(frozen=True)
class Unit:
    """What is asked of every rater about ``items``, numbers into the study's items: one, or the
    two of a comparison, ``expected`` in this order of them."""

    question: Question
    items: tuple[int, ...]
    catch: bool = False
    expected: tuple[str, ...] = ()


def create_study(
    file: Path,
    study: Study,
    pictures: Mapping[str, bytes],
    items: Sequence[Item],
    units: Sequence[Unit],
    raters: int,
) -> None:
    """Write a study to a new file. ``pictures`` are the PNGs by sha256.

    Raises StudyError where the file is there already, or cannot be written.
    """
    _check_raters(raters)
    with _new(file) as database:
        database.executescript(TABLES)
        about = {
            "schema": str(SCHEMA),
            "token": secrets.token_urlsafe(16),
            "study": json.dumps(dataclasses.asdict(study)),
        }
        database.execute("BEGIN")
        database.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        database.executemany("INSERT INTO pictures VALUES (?, ?)", pictures.items())
        database.executemany(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *dataclasses.astuple(item)) for number, item in enumerate(items)],
        )
        database.executemany(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?)",
            [(number, *_values(unit)) for number, unit in enumerate(units)],
        )
        _add_raters(database, study.seed, range(1, raters + 1))
        database.execute("COMMIT")


def add_raters(file: Path, raters: int) -> None:
    """Plan a study for so many raters in all; those that it has stay as they are.

    Raises UsageError for fewer than it has: their answers would be lost.
    """
    _check_raters(raters)
    with explained(file), closing(connect(file, "rw")) as database:
        check_schema(file, database)
        database.execute("BEGIN IMMEDIATE")
        (last,) = database.execute("SELECT coalesce(max(number), 0) FROM raters").fetchone()
        if raters < last:
            raise UsageError(
                f"raters is {raters}, but the study has {last}, and none can be taken away; give "
                "more, or leave the number out"
            )
        _add_raters(database, read_study(database).seed, range(last + 1, raters + 1))
        database.execute("COMMIT")


def check_new(file: Path) -> None:
    """Raise StudyError where the file is there already."""
    if file.exists():
        raise StudyError(f"{file} is there already: zoo rate resume {file}, or another --out")


def _add_raters(database: sqlite3.Connection, seed: int, numbers: Iterable[int]) -> None:
    rows = database.execute("SELECT id, question, catch, second FROM units ORDER BY id")
    units = {
        number: Asked(number, question, bool(catch), second is not None)
        for number, question, catch, second in rows.fetchall()
    }
    for number in numbers:
        code = secrets.token_hex(4)
        database.execute("INSERT INTO raters VALUES (?, ?)", (number, code))
        for position, (unit, swapped) in enumerate(order([*units.values()], seed, number)):
            made = database.execute(
                "INSERT INTO trials (rater, position, unit, swapped) VALUES (?, ?, ?, ?)",
                (number, position, unit, swapped),
            )
            for place in range(1 + units[unit].pair):
                token = secrets.token_urlsafe(16)
                database.execute(
                    "INSERT INTO shown VALUES (?, ?, ?)", (token, made.lastrowid, place)
                )


def _values(unit: Unit) -> tuple[object, ...]:
    first, second = (*unit.items, None)[:2]
    return unit.question, unit.catch, " ".join(unit.expected), first, second


def _check_raters(raters: int) -> None:
    if not 1 <= raters <= MOST_RATERS:
        raise UsageError(f"raters is {raters}; expected 1 to {MOST_RATERS}")


@contextmanager
def _new(file: Path) -> Iterator[sqlite3.Connection]:
    """A database beside ``file`` that takes its place at the end."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(6)}.tmp")
    with explained(file):
        check_new(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(connect(beside, "rwc")) as database:
                yield database
            beside.chmod(0o600)
            check_new(file)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
