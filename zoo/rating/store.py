"""Reading a study and its answers; any number of processes may, while people rate."""

from __future__ import annotations

import os
import sqlite3
from functools import cached_property
from pathlib import Path

from ..errors import StudyError
from .database import ANSWER, ITEM, answer_of, check_schema, item_of, read_study, reading
from .study import Answer, Item, Rater, Study, Trial


def open_answers(path: str | os.PathLike[str]) -> Answers:
    """The study in a file that ``zoo rate`` made, to be read.

    Raises StudyError where there is none, or none that this version can read.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise StudyError(f"there is no study {file}; 'zoo rate --help' says how to begin one")
    return Answers(file)


class Answers:
    """A study as it stands. Nothing is kept open. All methods raise StudyError, saying what to do,
    where the file cannot be used."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with reading(file) as database:
            check_schema(file, database)

    @cached_property
    def study(self) -> Study:
        with reading(self.file) as database:
            return read_study(database)

    @cached_property
    def items(self) -> dict[int, Item]:
        """Every picture by its number, damaged ones included."""
        with reading(self.file) as database:
            return read_items(database)

    def raters(self) -> list[Rater]:
        with reading(self.file) as database:
            rows = database.execute("SELECT number, code FROM raters ORDER BY number")
            return [Rater(*row) for row in rows]

    def trials(self, rater: int | None = None) -> list[Trial]:
        """What all raters, or one, are asked, in the order in which they are."""
        with reading(self.file) as database:
            return read_trials(database, self.items, rater)

    def answers(self, rater: int | None = None) -> list[Answer]:
        """The answers that stand, in the order of the trials: one a trial at most."""
        return self._answers("IS NULL", rater)

    def withdrawn(self, rater: int | None = None) -> list[Answer]:
        """The answers that were taken back."""
        return self._answers("IS NOT NULL", rater)

    def answered(self) -> list[tuple[Trial, Answer]]:
        """Each answer that stands, with its trial."""
        trials = {trial.id: trial for trial in self.trials()}
        return [(trials[answer.trial], answer) for answer in self.answers()]

    def picture(self, sha256: str) -> bytes:
        """The PNG of an item."""
        with reading(self.file) as database:
            row = database.execute("SELECT png FROM pictures WHERE sha256 = ?", (sha256,))
            found: tuple[bytes] | None = row.fetchone()
        if found is None:
            raise StudyError(f"the study {self.file} holds no picture {sha256}")
        return found[0]

    def _answers(self, withdrawn: str, rater: int | None) -> list[Answer]:
        query = (
            f"SELECT {ANSWER} FROM answers JOIN trials ON trials.id = trial "  # noqa: S608
            f"WHERE withdrawn {withdrawn} AND rater = coalesce(?, rater) "
            "ORDER BY rater, position, attempt"
        )
        with reading(self.file) as database:
            return [answer_of(row) for row in database.execute(query, (rater,))]


def read_items(database: sqlite3.Connection) -> dict[int, Item]:
    """Every picture by its number."""
    rows = database.execute(f"SELECT id, {ITEM} FROM items ORDER BY id")  # noqa: S608
    return {number: item_of(row) for number, *row in rows}


def read_trials(
    database: sqlite3.Connection, items: dict[int, Item], rater: int | None = None
) -> list[Trial]:
    """Trials in their order, of one rater or of all."""
    query = (
        "SELECT trials.id, rater, position, swapped, unit, question, catch, expected, first, second"
        " FROM trials JOIN units ON units.id = unit WHERE rater = coalesce(?, rater)"
        " ORDER BY rater, position"
    )
    found = []
    for row in database.execute(query, (rater,)):
        number, who, position, swapped, unit, question, catch, expected, *pair = row
        shown = [items[one] for one in pair if one is not None]
        choices = expected.split()
        if swapped:
            shown.reverse()
            choices = [{"left": "right", "right": "left"}[choice] for choice in choices]
        found.append(
            Trial(number, who, position, question, unit, tuple(shown), bool(catch), tuple(choices))
        )
    return found
