"""Standard output for Zoo's results alone."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def own_output() -> Iterator[None]:
    """Where stdout is a file or a pipe, whatever else writes to it (a plugin's compiled code, a
    program that it starts) is led to stderr, so that results stay whole. After the block that goes
    for all of Python's own printing, too: a library may say something when the interpreter ends.

    What plugins print in Python before is dealt with where they are called (:mod:`zoo.boundary`).
    Raises BrokenPipeError where nobody reads the rest of the results.
    """
    before = sys.stdout
    _keep()
    kept = sys.stdout
    try:
        yield
    finally:
        if kept is not before:
            kept.flush()
            os.dup2(2, kept.fileno())


def _keep() -> None:
    stream = sys.stdout
    with suppress(OSError, ValueError, AttributeError):  # closed, or a stand-in without a number
        if stream.fileno() != 1 or stream.isatty() or not isinstance(stream, io.TextIOWrapper):
            return
        stream.flush()
        os.fstat(2)
        own = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = open(own, "w", encoding=stream.encoding, errors=stream.errors)  # noqa: SIM115, PTH123
