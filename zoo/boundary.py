"""The boundary around a plugin's code: its name is told, and the process stays as it was.

Every call of a plugin's goes through :func:`held`, or through :func:`contained` where its errors
are somebody else's business.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from .errors import PluginError, ZooError
from .one_line import in_one_line
from .shared_state import SharedState, advice

SLOW_SECONDS = 2.0
"""A plugin that takes longer is named while one waits for it."""

_log = logging.getLogger("zoo.plugins")
"""Where nobody has set up logging, its warnings are lines on stderr."""
_told: set[str] = set()


@contextmanager
def held(who: str, *, builds: bool = False) -> Iterator[None]:
    """Run a plugin's code. Whatever it raises becomes a PluginError that names ``who``, but for
    Zoo's own errors and a want of memory. See :func:`contained` for the rest."""
    try:
        with contained(who, builds=builds):
            yield
    except (ZooError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        if _is_out_of_memory(error):
            raise
        raise PluginError(
            f"{who} failed: {in_one_line(error)} (ZOO_STRICT=1 shows where)"
        ) from error


@contextmanager
def contained(who: str, *, builds: bool = False) -> Iterator[None]:
    """Run a plugin's code. What it prints goes to stderr under its name, for stdout is Zoo's. The
    global random states and torch's modes are put back, and ``who`` changed them is told once; in
    silence where it ``builds`` networks, whose first weights are drawn from them."""
    before = SharedState()
    try:
        with redirect_stdout(_Remarks(who)) as remarks:
            yield
    finally:
        remarks.finish()
        changed = before.put_back()
        if changed and not builds:
            tell_once(
                f"{who} changed {' and '.join(changed)}; Zoo put that back. For its author: "
                f"{advice(changed)}"
            )


@contextmanager
def named_if_slow(what: str) -> Iterator[None]:
    """Tell ``what`` is being waited for, once, where it takes longer than SLOW_SECONDS."""
    text = f"{what} takes longer than {SLOW_SECONDS:g} s; waiting for it"
    timer = threading.Timer(SLOW_SECONDS, tell_once, (text,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def tell_once(text: str) -> None:
    """A warning that is given once a process."""
    if text not in _told:
        _told.add(text)
        _log.warning(
            "%s", "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
        )


class _Remarks(io.TextIOBase):
    """Stands in for stdout: each line goes to stderr, behind the name of who printed it."""

    def __init__(self, who: str) -> None:
        self._who, self._line = who, ""

    @property
    def buffer(self) -> Any:
        """For those who write bytes."""
        return sys.stderr.buffer

    def fileno(self) -> int:
        return sys.stderr.fileno()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            sys.stderr.write(f"{self._who}: {line}\n")
        return len(text)

    def finish(self) -> None:
        """Write what did not end in a newline."""
        if self._line:
            self.write("\n")


def _is_out_of_memory(error: BaseException) -> bool:
    torch: Any = sys.modules.get("torch")
    return torch is not None and isinstance(error, torch.OutOfMemoryError)
