"""A preparation in progress: what it was asked, the pixels so far, and a line for each picture.

Lines are written after their pixels are on the disk, so that whatever a kill or a power cut leaves,
opening it again finds a prefix of the work, whole to the last line.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from zoo.errors import DataError
from zoo_provenance.atomic import write_atomically

from .card import UNFINISHED

FLUSH_EVERY = 512
FLUSH_SECONDS = 5.0
"""Pictures, and seconds, between two flushes to the disk."""


class Journal:
    """The folder ``unfinished`` in that of the data set.

    A row is a JSON object; a row whose ``state`` is ``"kept"`` has a frame of pixels, uint8
    (3, size, size), in the same order. ``count`` rows and ``kept`` frames are on the disk when it
    is opened.
    """

    def __init__(self, out: Path, size: int) -> None:
        self.folder = out / UNFINISHED
        self.shape = (3, size, size)
        self._rows, self._pixels = self.folder / "rows.jsonl", self.folder / "pixels.bin"
        self.count, self.kept = self._mend()
        self._waiting: list[bytes] = []
        self._flushed = time.monotonic()
        self._row_file = self._rows.open("ab")
        self._pixel_file = self._pixels.open("ab")

    def append(self, row: Mapping[str, Any], pixels: np.ndarray | None) -> None:
        """Add a picture's row, with its pixels where it is kept."""
        if pixels is not None:
            self._pixel_file.write(pixels.tobytes())
            self.kept += 1
        self._waiting.append(json.dumps(row).encode() + b"\n")
        self.count += 1
        late = time.monotonic() - self._flushed > FLUSH_SECONDS
        if late or len(self._waiting) >= FLUSH_EVERY:
            self.flush()

    def flush(self) -> None:
        """Put what was added on the disk, pixels first."""
        for file in (self._pixel_file, self._row_file):
            if file is self._row_file:
                file.writelines(self._waiting)
            file.flush()
            os.fsync(file.fileno())
        self._waiting.clear()
        self._flushed = time.monotonic()

    def close(self) -> None:
        self.flush()
        self._row_file.close()
        self._pixel_file.close()

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows that are on the disk now, in order."""
        with self._rows.open("rb") as lines:
            for line in islice(lines, self.count - len(self._waiting)):
                yield json.loads(line)

    def frames(self) -> np.ndarray:
        """All kept pixels, uint8 (kept, 3, size, size), memory-mapped."""
        if not self.kept:
            return np.zeros((0, *self.shape), np.uint8)
        return np.memmap(self._pixels, np.uint8, "r", shape=(self.kept, *self.shape))

    def _mend(self) -> tuple[int, int]:
        """Cut off a torn line, rows without their pixels, and pixels without their row."""
        self._rows.touch()
        self._pixels.touch()
        frame = int(np.prod(self.shape))
        frames = self._pixels.stat().st_size // frame
        count = kept = whole = 0
        with self._rows.open("rb") as lines:
            for line in lines:
                keeps = _keeps(line)
                if keeps is None or kept + keeps > frames:
                    break
                count, kept, whole = count + 1, kept + keeps, whole + len(line)
        os.truncate(self._rows, whole)
        os.truncate(self._pixels, kept * frame)
        return count, kept


def _keeps(line: bytes) -> bool | None:
    """Whether a row's picture is kept; None for a line that was not written whole."""
    try:
        return bool(json.loads(line)["state"] == "kept") if line.endswith(b"\n") else None
    except (ValueError, KeyError, TypeError):
        return None


def asked(out: Path) -> dict[str, Any] | None:
    """What the unfinished preparation in ``out`` was asked; None where there is none."""
    try:
        table = json.loads((out / UNFINISHED / "asked.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return table if isinstance(table, dict) else None


def begin(out: Path, table: Mapping[str, Any]) -> None:
    """Start a preparation in ``out``, which must not exist or be empty. Raises DataError."""
    folder = out / UNFINISHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "asked.json", json.dumps(table, indent=1).encode())
    except OSError as error:
        raise DataError(f"cannot write to {out}: {error.strerror or error}") from error


def end(out: Path) -> None:
    """Remove what a finished preparation no longer needs."""
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
