"""Sealing the files of one call, several at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zoo.verifying import Unread
from zoo_provenance.errors import ProvenanceError, SealError
from zoo_provenance.resealing import job_of, open_file
from zoo_provenance.sealing import Sealer
from zoo_provenance.source import SourceType

from .verify_report import shown


class Batch:
    """What all files of a call have in common; each thread has a sealer of its own."""

    def __init__(self, kind: SourceType, out: Path, force: bool, asked: dict[str, Any]) -> None:
        self._kind, self._out, self._force, self._asked = kind, out, force, asked
        self._taken: set[Path] = set()
        self._lock = threading.Lock()
        self._own = threading.local()
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Batch:
        self._sealer()  # makes the identity and the ledger, or tells at once why it cannot
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def seal(self, entry: Unread | Path, first: bool) -> dict[str, Any]:
        """Seal one file; what goes wrong with it is told, and the others go on. ``first``: no file
        of that name came before it."""
        table: dict[str, Any] = {
            "file": shown(entry.path if isinstance(entry, Unread) else entry),
            "path": None,
            "id": None,
            "sha256": None,
            "watermark": None,
            "history": None,
            "error": None,
        }
        try:
            if isinstance(entry, Unread):
                raise entry.error
            opened = open_file(entry, self._sealer().ledger)
            target = self._out / f"{entry.stem}{opened.format.extensions[0]}"
            self._check(entry, target, first)
            job = job_of(opened, self._kind, target, **self._asked)
            (sealed,) = self._sealer().seal([job], overwrite=self._force)
        except ProvenanceError as error:
            return table | {"error": {"code": error.code, "message": str(error)}}
        kept = "manifest" if opened.has_manifest else "file"
        return table | {
            "path": shown(target),
            "id": sealed.id,
            "sha256": sealed.sha256,
            "watermark": sealed.watermarked,
            "history": None if self._asked["created"] else kept,
        }

    def _check(self, entry: Path, target: Path, first: bool) -> None:
        with self._lock:
            taken = target in self._taken or not first
            if not taken:
                self._taken.add(target)
        if taken:
            raise SealError(
                f"another file of this call is written as {target}; seal files of one name into "
                "different folders (--out)"
            )
        if target.exists() and target.samefile(entry):
            raise SealError(f"{target} is the file itself; name another folder with --out")
        if target.exists() and not self._force:
            raise SealError(f"{target} is already there; --force replaces it")

    def _sealer(self) -> Sealer:
        if not hasattr(self._own, "sealer"):
            with self._lock:
                self._own.sealer = self._open.enter_context(Sealer())
        sealer: Sealer = self._own.sealer
        return sealer


def firsts(files: Sequence[Unread | Path]) -> Iterator[bool]:
    """Of each file, whether it is the first of its name, so that the first is the one sealed."""
    seen: set[tuple[str, str]] = set()
    for entry in files:
        path = entry.path if isinstance(entry, Unread) else entry
        name = (path.stem, path.suffix.casefold())
        yield name not in seen
        seen.add(name)
