"""How far ``zoo verify`` has come, for the person who waits."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from .output import note

if TYPE_CHECKING:
    from zoo.verifying import Unread
    from zoo_provenance.answer import Examination

    Answer = Examination | Unread

MANY = 8
"""From so many files on it is worth telling, after as many."""
LONG = 60.0
"""Seconds: where the rest takes less, nobody is told in advance."""


def with_progress(
    answers: Iterator[Answer], count: int, *, rows: bool
) -> Generator[Answer, None, None]:
    """The answers: with a bar on stderr where a person watches, below the ``rows`` of a table
    where these go to the terminal, too; and else with a note on how long the rest will take.
    """
    watched = sys.stderr.isatty() and (rows or not sys.stdout.isatty())
    if count < MANY:
        yield from answers
    elif watched:
        yield from _with_bar(answers, count)
    else:
        yield from _with_note(answers, count)


def _with_bar(answers: Iterator[Answer], count: int) -> Generator[Answer, None, None]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("verifying"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    # What is printed meanwhile goes above the bar, if it goes to the terminal.
    above = sys.stdout.isatty()
    console = Console(stderr=True, soft_wrap=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=above) as progress:
        task = progress.add_task("", total=count)
        for answer in answers:
            yield answer
            progress.advance(task)


def _with_note(answers: Iterator[Answer], count: int) -> Generator[Answer, None, None]:
    start = 0.0
    for done, answer in enumerate(answers, start=1):
        if done == 1:  # before it, processes started
            start = monotonic()
        if done == MANY:
            seconds = (monotonic() - start) / (MANY - 1) * (count - MANY)
            if seconds >= LONG:
                note(f"{count} files: the rest takes about {round(seconds / 60)} min")
        yield answer
