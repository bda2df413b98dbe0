"""Recording answers: each is on the disk before anybody is told so, once, however often sent."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import UsageError
from .database import ANSWER, answer_of, check_schema, connect, explained, now, read_study
from .store import read_items, read_trials
from .study import CHOICES, Answer, Item, Progress, Question, Rater, Trial

MOST_MILLISECONDS = 24 * 60 * 60 * 1000
MOST_LOOKS = 1000


class Recorder:
    """A study that people are rating. It may be used from several threads.

    Raises StudyError where the file is not a study, or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        with explained(file):
            self._database = connect(file, "rw")
            try:
                check_schema(file, self._database)
                self._database.execute("PRAGMA journal_mode = WAL")
                self.study = read_study(self._database)
                self._items = read_items(self._database)
                query = "SELECT value FROM about WHERE name = 'token'"
                self.token = str(self._database.execute(query).fetchone()[0])
                """Who knows it may ask for the study's pages."""
                rows = self._database.execute("SELECT number, code FROM raters ORDER BY number")
                self.raters = [Rater(*row) for row in rows]
                self._trials = {r.number: read_trials(self._database, self._items, r.number)
                                for r in self.raters}  # fmt: skip
            except BaseException:
                self._database.close()
                raise
        self._by_id = {trial.id: trial for trials in self._trials.values() for trial in trials}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; SQLite puts everything into the one file."""
        with self._lock:
            self._database.close()

    def rater(self, code: str) -> Rater | None:
        """Who holds this code."""
        return next((rater for rater in self.raters if rater.code == code), None)

    def progress(self, rater: int) -> Progress:
        """Where a rater stands: the first trial without an answer comes next."""
        with self._reading() as database:
            query = (
                f"SELECT {ANSWER} FROM answers JOIN trials ON trials.id = trial "  # noqa: S608
                "WHERE rater = ? AND withdrawn IS NULL ORDER BY position"
            )
            answers = [answer_of(row) for row in database.execute(query, (rater,))]
            given = {answer.trial for answer in answers}
            trials = self._trials[rater]
            following = next((trial for trial in trials if trial.id not in given), None)
            attempt = 0 if following is None else _attempts(database, following.id)
        last = answers[-1] if answers else None
        return Progress(rater, len(given), len(trials), following, attempt, last)

    def record(self, rater: int, answer: Answer) -> None:
        """Write an answer to the disk. One that has come before, or was taken back since, changes
        nothing. Raises UsageError where it is not an answer to a trial of this rater."""
        self._check(rater, answer)
        values = (
            answer.trial, answer.attempt, answer.choice, answer.milliseconds, answer.shown,
            answer.looks, now(),
        )  # fmt: skip
        with self._writing() as database:
            if answer.attempt == _attempts(database, answer.trial):
                database.execute(
                    "INSERT INTO answers (trial, attempt, choice, milliseconds, shown, looks, at) "
                    "SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS "
                    "(SELECT * FROM answers WHERE trial = ?1 AND withdrawn IS NULL)",
                    values,
                )

    def withdraw(self, rater: int, trial: int, attempt: int) -> None:
        """Take an answer back; asked twice, it is done once. Raises UsageError where the trial is
        not this rater's."""
        self._trial(rater, trial)
        with self._writing() as database:
            database.execute(
                "UPDATE answers SET withdrawn = ? WHERE trial = ? AND attempt = ? "
                "AND withdrawn IS NULL",
                (now(), trial, attempt),
            )

    def tokens(self, trial: int) -> list[str]:
        """The random names of a trial's pictures, in the order shown."""
        with self._reading() as database:
            query = "SELECT token FROM shown WHERE trial = ? ORDER BY place"
            return [token for (token,) in database.execute(query, (trial,))]

    def picture(self, token: str) -> bytes | None:
        """The PNG of a random name."""
        with self._reading() as database:
            query = "SELECT trial, place FROM shown WHERE token = ?"
            found = database.execute(query, (token,)).fetchone()
            if found is None:
                return None
            trial, place = found
            item = self._by_id[trial].items[place]
            query = "SELECT png FROM pictures WHERE sha256 = ?"
            png: bytes = database.execute(query, (item.sha256,)).fetchone()[0]
            return png

    def seen(self, rater: int) -> list[Item]:
        """All pictures that a rater is asked about."""
        return [item for trial in self._trials[rater] for item in trial.items]

    def catches(self, rater: int, question: Question) -> int:
        """How many catch trials of this question a rater is asked."""
        return sum(trial.catch for trial in self._trials[rater] if trial.question == question)

    def following(self, trial: Trial) -> Trial | None:
        """The trial after this one, of the same rater."""
        return next(iter(self._trials[trial.rater][trial.index + 1 :]), None)

    def _trial(self, rater: int, number: int) -> Trial:
        trial = self._by_id.get(number)
        if trial is None or trial.rater != rater:
            raise UsageError(f"trial {number!r} is not one of rater {rater}")
        return trial

    def _check(self, rater: int, answer: Answer) -> None:
        trial = self._trial(rater, answer.trial)
        if answer.choice not in CHOICES[trial.question]:
            expected = ", ".join(CHOICES[trial.question])
            raise UsageError(f"the choice is {answer.choice!r}; expected one of {expected}")
        ranges = {
            "milliseconds": (answer.milliseconds, MOST_MILLISECONDS),
            "shown": (answer.shown or 0, MOST_MILLISECONDS),
            "looks": (answer.looks, MOST_LOOKS),
        }
        for name, (value, most) in ranges.items():
            if type(value) is not int or not 0 <= value <= most:
                raise UsageError(f"{name} is {value!r}; expected an integer from 0 to {most}")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explained(self.file):
            yield self._database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, the only one at a time; what it wrote is on the disk when it ends."""
        with self._lock, explained(self.file):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:  # SQLite has ended it where the disk is full
                    self._database.execute("ROLLBACK")
                raise


def _attempts(database: sqlite3.Connection, trial: int) -> int:
    """How often an answer to this trial was taken back."""
    query = "SELECT count(*) FROM answers WHERE trial = ? AND withdrawn IS NOT NULL"
    return int(database.execute(query, (trial,)).fetchone()[0])
