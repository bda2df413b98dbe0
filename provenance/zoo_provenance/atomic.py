"""Writing files so that a crash leaves the old contents or the new, never half of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file to write to, beside ``path`` under a name of its own; it is flushed to the disk and
    takes the place of ``path`` at the end, or goes away after an exception. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        with _new(beside, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write the whole of a small file, as :func:`replacing` does. Raises OSError."""
    with replacing(path, mode=mode) as file:
        file.write(data)


def write_new(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file that must not exist yet; it has its ``mode`` from the first byte on."""
    with _new(path, mode) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _new(path: Path, mode: int) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, mode), "wb")
