"""``zoo train`` at the terminal: the progress bar, and Ctrl-C."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .output import note

if TYPE_CHECKING:
    from zoo.training.loop import Progress

QUIET_SECONDS = 30  # between lines where nobody watches a progress bar


@contextmanager
def stoppable(*, alone: bool) -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, or SIGTERM came; the step at hand is finished first.

    Twice stops at once, where the process is ``alone``: torchrun passes every Ctrl-C on, so that
    its processes get each one twice.
    """
    asked = threading.Event()

    def ask(number: int, frame: object) -> None:
        del number, frame
        if asked.is_set() and alone:
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def watching(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A progress bar where a person watches, else a line now and then; both on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield (lambda _: None) if quiet else _lines()
        return
    columns = (BarColumn(bar_width=20), TaskProgressColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda p: bar.update(task, completed=p.fraction, description=describe(p))


def _lines() -> Callable[[Progress], None]:
    last = 0.0

    def watch(progress: Progress) -> None:
        nonlocal last
        if not last or time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            note(f"{100 * progress.fraction:5.1f} %  {describe(progress)}")

    return watch


def describe(p: Progress) -> str:
    """Pictures, pictures a second, time left and the figures, in a line."""
    figures = " ".join(f"{name} {value:.3g}" for name, value in p.figures.items())
    return f"{p.images:,} pictures, {p.rate:.0f}/s, {_left(p)} left  {figures}"


def _left(p: Progress) -> str:
    """From the time that it took so far. Resumed runs began before, so ``seconds`` counts all."""
    if not p.fraction:
        return "?"
    seconds = p.seconds * (1 - p.fraction) / p.fraction
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}:{minutes:02} h" if hours else f"{minutes} min" if minutes else "<1 min"
