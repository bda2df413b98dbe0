"""The progress of an evaluation on stderr: bars where a person watches, else a line a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from .output import note

INTERRUPTED = 130  # what shells report for Ctrl-C


@contextmanager
def resumable() -> Iterator[None]:
    """Ctrl-C ends the command with a word on how it goes on; nothing is printed as a result."""
    try:
        yield
    except KeyboardInterrupt:
        note("zoo: interrupted; what was seen of pictures is kept, and the same command goes on")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def watching() -> Iterator[Callable[[str, int, int], object]]:
    """Called with what is being done, how much of it is done, and of how much."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (*Progress.get_default_columns()[:3], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, visible=done < total)

        yield watch


def _lines() -> Callable[[str, int, int], object]:
    begun: set[str] = set()

    def watch(what: str, done: int, total: int) -> None:
        del done
        if what not in begun:
            begun.add(what)
            note(f"{what}: {total:,}")

    return watch
