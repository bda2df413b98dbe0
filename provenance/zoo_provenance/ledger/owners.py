"""Which unfinished rows belong to a process that still runs.

Every process that reserves rows holds a lock on a file of its own, ``sealing-<owner>.lock``, whose
name stands in its rows. The operating system lets go of the lock when the process ends in
whatever way, so nothing has to be guessed from process ids.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
import secrets
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import LedgerError

_LOCAL = "local"


class Owner:
    """This process's claim on the rows it reserves.

    ``shared``: the ledger is on a server, so that other machines may have unfinished rows too.
    """

    def __init__(self, folder: Path, *, shared: bool) -> None:
        self.token = f"{_machine() if shared else _LOCAL}-{secrets.token_hex(8)}"
        self._lock = FileLock(_file(folder, self.token), timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except OSError as error:
            raise LedgerError(f"cannot make {self._lock.lock_file}: {error}") from error

    def release(self) -> None:
        """Let go; rows that are still unfinished count as left behind from now on."""
        self._lock.release()
        with contextlib.suppress(OSError):
            Path(self._lock.lock_file).unlink(missing_ok=True)


def known_owners(folder: Path) -> set[str]:
    """Owners whose lock file is there, running or not."""
    files = folder.glob("sealing-*.lock")
    return {file.name.removeprefix("sealing-").removesuffix(".lock") for file in files}


@contextlib.contextmanager
def left_behind(folder: Path, token: str | None) -> Iterator[bool]:
    """Whether the owner is gone. Its lock is held in the meantime, so only one may clear up.

    Owners on other machines of a shared ledger cannot be asked: they count as running.
    """
    machine, _, name = (token or "").partition("-")
    if token is None or not name.isalnum():
        yield True
        return
    if machine not in (_LOCAL, _machine()):
        yield False
        return
    lock = FileLock(_file(folder, token), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)


def _file(folder: Path, token: str) -> Path:
    return folder / f"sealing-{token}.lock"


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
