"""Running a plugin's code under observation: what it changes and prints is kept, and put back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field

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
        with redirect_stdout(printed):
            yield seen
    finally:
        seen.changed, seen.printed = before.put_back(), printed.getvalue()


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
