"""Finishing or undoing what a killed process left.

Sealing goes ``reserve → NAME.part → write → rename → seal → announce``, so of a row that is not
sealed either nothing, the ``.part`` file, or the whole picture is there, and nobody was told of it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..errors import LedgerError
from . import State
from .audit import Unfinished
from .owners import known_owners, left_behind
from .sql import SqlLedger


@dataclass(frozen=True)
class Repaired:
    """``busy`` rows belong to processes that still run, and were left alone."""

    sealed: int
    dropped: int
    busy: int


def repair_leftovers(ledger: SqlLedger) -> Repaired:
    """Seal each picture that is complete, under its own or its temporary name, as one new link;
    drop the other rows and their temporary files.

    A file that lies under the final name is never replaced: a complete picture that was to
    overwrite it is dropped instead, as it was not announced.
    """
    with ExitStack() as locks:
        folder = ledger.place.folder
        owners = {row.owner for row in ledger.unfinished()} | known_owners(folder)
        gone = {o for o in owners if locks.enter_context(left_behind(folder, o))}
        rows = ledger.unfinished()
        # Another process may be making a path again that a dead one had begun.
        busy = {row.path for row in rows if row.owner not in gone} - {""}
        left = [row for row in rows if row.owner in gone and row.path not in busy]
        try:
            kept = [row.id for row in left if _is_complete(row)]
            dropped = [row for row in left if row.id not in set(kept)]
            if kept:
                ledger.seal(kept)
            for row in dropped:
                if row.path:
                    _part(row).unlink(missing_ok=True)
        except OSError as error:
            raise LedgerError(f"cannot repair: {error}; nothing was lost, try again") from error
        ledger.release([row.id for row in dropped])
    return Repaired(len(kept), len(dropped), len(rows) - len(left))


def _is_complete(row: Unfinished) -> bool:
    """Whether the picture is there; it then has its final name."""
    if row.state != State.WRITTEN.value:
        return False
    if not row.path:
        return True  # it went into a stream, whose other end may have it
    final = Path(row.path)
    if os.path.lexists(final):
        return _has_sha256(final, row.sha256)
    if not _has_sha256(_part(row), row.sha256):
        return False
    _part(row).rename(final)
    return True


def _part(row: Unfinished) -> Path:
    return Path(row.path + ".part")


def _has_sha256(file: Path, sha256: str | None) -> bool:
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
