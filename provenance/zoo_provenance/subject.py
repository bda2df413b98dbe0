"""The file under examination, as examiners see it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from .credentials import Store, read_store
from .errors import FetchError, PictureError, TooLargeError
from .ledger import Ledger
from .library import NoStoreError, RemoteStoreError, UnreadableStoreError
from .pictures import MAX_BYTES, open_picture, sniff
from .trust import Trust

if TYPE_CHECKING:
    from .remote.fetching import Fetched

    Fetch = Callable[[str], Fetched]


@dataclass
class Subject:
    """One file: its bytes, what it is, and what it may be compared with.

    ``mime`` is told by the first bytes, whatever the file is called; ``sha256`` is hex.
    ``thorough``: take the time to search where a quick look finds nothing. ``fetch`` gets what a
    URL leads to, or raises FetchError; None where nothing may be fetched.

    Of errors it keeps and raises copies: what was raised refers to all that it came through, and so
    to this subject, whose picture would stay until memory is searched for such circles.
    """

    path: Path
    data: bytes
    mime: str
    sha256: str
    trust: Trust
    ledger: Ledger | None
    thorough: bool
    fetch: Fetch | None = None
    fetched: Fetched | None = field(default=None, repr=False)
    """What :meth:`store` fetched, if it did."""
    _picture: Image.Image | None = field(default=None, repr=False)
    _error: PictureError | None = field(default=None, repr=False)
    _store: Store | NoStoreError | UnreadableStoreError | None = field(default=None, repr=False)

    def picture(self) -> Image.Image:
        """The first frame in RGB, decoded once. Raises PictureError or TooLargeError."""
        if self._error is not None:
            raise copy(self._error)
        if self._picture is None:
            try:
                self._picture = open_picture(self.data)
            except PictureError as error:
                self._error = copy(error)
                raise
        return self._picture

    def store(self) -> Store:
        """The C2PA manifest store: the file's own or, where that is elsewhere and may be fetched,
        the one that is there. Read once; raises what :func:`read_store` does.
        """
        if self._store is None:
            try:
                self._store = self._read_store()
            except (NoStoreError, UnreadableStoreError) as error:
                self._store = copy(error)
        if isinstance(self._store, Exception):
            raise copy(self._store)
        return self._store

    def _read_store(self) -> Store:
        try:
            return read_store(self.data, self.mime, self.trust)
        except RemoteStoreError as error:
            if self.fetch is None:
                raise
            url = error.url
        try:
            found = self.fetch(url)
            store = read_store(self.data, self.mime, self.trust, found.data)
        except FetchError as error:
            raise RemoteStoreError(url, str(error)) from error
        except (NoStoreError, UnreadableStoreError) as error:
            why = "what is there is no manifest that can be read"
            raise RemoteStoreError(url, why) from error
        self.fetched = found
        return store


def read_subject(
    path: Path,
    trust: Trust,
    ledger: Ledger | None,
    *,
    thorough: bool,
    fetch: Fetch | None = None,
) -> Subject:
    """Read a file from a stranger. Raises PictureError or TooLargeError, with the reason."""
    data = read_file(path)
    if not data:
        raise PictureError("the file is empty")
    mime = sniff(data)
    if mime is None:
        raise PictureError("not a picture: its first bytes are those of no picture format")
    digest = hashlib.sha256(data).hexdigest()
    return Subject(path, data, mime, digest, trust, ledger, thorough, fetch)


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
