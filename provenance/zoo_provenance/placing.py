"""Putting finished pictures under their names: complete, and on the disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from .errors import SealError


def part_of(path: Path) -> Path:
    """The temporary name of a picture that is being written."""
    return path.with_name(path.name + ".part")


def check_targets(paths: Sequence[Path | None], overwrite: bool) -> None:
    """Raises SealError where a file cannot be written, or is there and must stay."""
    seen: set[Path] = set()
    for path in paths:
        if path is None:
            continue
        if path in seen:
            raise SealError(f"{path} is named twice in one batch")
        seen.add(path)
        if path.is_dir():
            raise SealError(f"{path} is a folder; name a file")
        if path.exists() and not overwrite:
            raise SealError(f"{path} is already there; choose another name or ask to overwrite it")
        if not path.parent.is_dir():
            raise SealError(f"the folder {path.parent} is not there; make it first")


@contextlib.contextmanager
def written_parts(paths: Sequence[Path | None], files: Sequence[bytes]) -> Iterator[None]:
    """Write the temporary files, durably; whatever is left of them at the end is removed."""
    parts = [part_of(p) for p in paths if p]
    data = [d for p, d in zip(paths, files, strict=True) if p]
    try:
        # The disk takes flushes that arrive together as one, so a batch costs little more
        # than one file.
        with ThreadPoolExecutor(max_workers=min(16, len(parts) or 1)) as pool:
            list(pool.map(_write_durably, parts, data))
        yield
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def give_name(out: Path | BinaryIO, data: bytes, overwrite: bool) -> None:
    """Let the temporary file be the picture; a stream takes its bytes."""
    if not isinstance(out, Path):
        out.write(data)
    elif overwrite:
        part_of(out).replace(out)
    else:
        if out.exists():
            raise SealError(f"{out} appeared while the picture was made; it was left as it is")
        part_of(out).rename(out)


def sync_folders(paths: Sequence[Path | None]) -> None:
    """Flush the folders that the names are in."""
    if os.name != "posix":
        return
    for folder in {p.parent for p in paths if p}:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
