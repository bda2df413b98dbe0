"""The file under examination, as examiners see it."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from .errors import PictureError, TooLargeError
from .ledger import Ledger
from .pictures import MAX_BYTES, open_picture, sniff
from .trust import Trust


@dataclass
class Subject:
    """One file: its bytes, what it is, and what it may be compared with.

    ``mime`` is told by the first bytes, whatever the file is called; ``sha256`` is hex.
    ``thorough``: take the time to search where a quick look finds nothing.
    """

    path: Path
    data: bytes
    mime: str
    sha256: str
    trust: Trust
    ledger: Ledger | None
    thorough: bool
    _picture: Image.Image | None = field(default=None, repr=False)
    _error: PictureError | None = field(default=None, repr=False)

    def picture(self) -> Image.Image:
        """The first frame in RGB, decoded once. Raises PictureError or TooLargeError."""
        if self._error is not None:
            raise self._error
        if self._picture is None:
            try:
                self._picture = open_picture(self.data)
            except PictureError as error:
                self._error = error
                raise
        return self._picture


def read_subject(path: Path, trust: Trust, ledger: Ledger | None, *, thorough: bool) -> Subject:
    """Read a file from a stranger. Raises PictureError or TooLargeError, with the reason."""
    data = read_file(path)
    if not data:
        raise PictureError("the file is empty")
    mime = sniff(data)
    if mime is None:
        raise PictureError("not a picture: its first bytes are those of no picture format")
    return Subject(path, data, mime, hashlib.sha256(data).hexdigest(), trust, ledger, thorough)


def read_file(path: Path) -> bytes:
    """The bytes of a stranger's file, whatever it is. Raises PictureError, or TooLargeError beyond
    256 MiB."""
    try:
        # Opening a pipe would wait for its other end, opening a device could do anything.
        _check_regular(path.stat())
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123
            size = _check_regular(os.fstat(file.fileno()))
            data = file.read(size + 1)  # as much memory is taken before anything is read
    except OSError as error:
        raise PictureError(f"the file cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a zero byte in the name
        raise PictureError(f"the file cannot be read: {error}") from error
    return data


def _check_regular(status: os.stat_result) -> int:
    """The size of a regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise PictureError("a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise PictureError("not a regular file")
    if status.st_size > MAX_BYTES:
        raise TooLargeError(
            f"the file has {status.st_size:,} bytes; at most {MAX_BYTES:,} are read"
        )
    return status.st_size
