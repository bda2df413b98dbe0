"""Running a plugin's code under observation: what it changes and prints is kept, and put back."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from tempfile import TemporaryFile

from zoo.shared_state import SharedState, advice

from .contract import Check


@dataclass
class Watched:
    """What of the process a call changed, and what it printed."""

    changed: list[str] = field(default_factory=list)
    printed: str = ""


def watch(call: Callable[[], object]) -> Watched:
    """Call it. Raises what it raises."""
    with watching() as seen:
        call()
    return seen


@contextmanager
def watching() -> Iterator[Watched]:
    """What is done in the block is kept, and put back, at its end."""
    before, printed, seen = SharedState(), io.StringIO(), Watched()
    try:
        with _past_python(seen), redirect_stdout(printed):
            yield seen
    finally:
        seen.changed, seen.printed = before.put_back(), printed.getvalue() + seen.printed


@contextmanager
def _past_python(seen: Watched) -> Iterator[None]:
    """What compiled code, or a program that is started, writes to the process's own output."""
    try:
        own = os.dup(1)
    except OSError:  # it has none
        yield
        return
    with TemporaryFile() as file:
        _flush()
        os.dup2(file.fileno(), 1)
        try:
            yield
        finally:
            _flush()
            os.dup2(own, 1)
            os.close(own)
            file.seek(0)
            seen.printed = file.read(1000).decode("utf-8", "replace")


def _flush() -> None:
    for stream in (sys.stdout, sys.__stdout__):
        if stream is not None and not stream.closed:
            stream.flush()


def manners(observe: Callable[[], Watched]) -> Iterator[Check]:
    """The clauses on what any call of a plugin's must leave alone; ``observe`` makes one."""

    def state() -> str | None:
        if changed := observe().changed:
            return f"it changed {' and '.join(changed)}; {advice(changed)}"
        return None

    def silence() -> str | None:
        if printed := observe().printed:
            return f"it printed {printed[:60]!r}; stdout is for Zoo's results: use logging"
        return None

    yield Check("it leaves global random states, grad mode and default type alone", state)
    yield Check("it prints nothing", silence)
