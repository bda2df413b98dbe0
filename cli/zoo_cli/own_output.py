"""Standard output for Zoo's results alone."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress


def keep_output() -> None:
    """Where stdout is a file or a pipe, whatever else writes to it (a plugin's compiled code, a
    program that it starts) is led to stderr, so that results stay whole.

    What plugins print in Python is dealt with where they are called (:mod:`zoo.boundary`).
    """
    stream = sys.stdout
    with suppress(OSError, ValueError, AttributeError):  # closed, or a stand-in without a number
        if stream.fileno() != 1 or stream.isatty() or not isinstance(stream, io.TextIOWrapper):
            return
        stream.flush()
        os.fstat(2)
        own = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = open(own, "w", encoding=stream.encoding, errors=stream.errors)  # noqa: SIM115, PTH123


def flush_output() -> None:
    """Write what is still held back. Raises BrokenPipeError where nobody reads any more."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def lose_output() -> None:
    """Lead the rest to nowhere, so that the interpreter's end does not complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
