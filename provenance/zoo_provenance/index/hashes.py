"""The perceptual hashes of all pictures of the index, in a file that is searched where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..atomic import write_atomically
from ..ledger.fingerprints import BLOCK, Fingerprints, Rows

_HEAD = np.dtype([("magic", "S16"), ("index", "S32"), ("last", "<i8"), ("count", "<i8")])
_MAGIC = b"zoo seen 1"
_FIRST = 4096
_WORDS = 4


def rows_of(hashes: Sequence[tuple[int, bytes]]) -> Rows:
    """Ids and hashes (32 bytes) as columns."""
    table = np.frombuffer(b"".join(one for _, one in hashes), "<u8").reshape(-1, _WORDS)
    ids = np.array([number for number, _ in hashes], np.int64)
    return np.ascontiguousarray(table.T), ids


def write_hashes(path: Path, stored: Rows, others: Rows, last: int, index: bytes) -> None:
    """Write the file anew, of these rows. Raises OSError."""
    words = np.concatenate([stored[0], others[0]], axis=1)
    ids = np.concatenate([stored[1], others[1]])
    head = np.array((_MAGIC, index, last, len(ids)), _HEAD).tobytes().ljust(_FIRST, b"\0")
    write_atomically(path, head + words.astype("<u8").tobytes() + ids.astype("<i8").tobytes())


def read_hashes(path: Path, index: bytes) -> tuple[Rows, int]:
    """The rows in the file, and the last id that was looked at for it; none and 0 where it is
    missing, cut off or another index's."""
    try:
        with path.open("rb") as file:
            return _mapped(file, index)
    except (OSError, ValueError):
        return rows_of(()), 0


def _mapped(file: BinaryIO, index: bytes) -> tuple[Rows, int]:
    head = np.frombuffer(file.read(_HEAD.itemsize), _HEAD, 1)[0]
    count = int(head["count"])
    size = file.seek(0, 2)
    if head["magic"] != _MAGIC or head["index"] != index or count < 0:
        raise ValueError("not this index's hashes")
    if size != _FIRST + 40 * count:
        raise ValueError("cut off")
    if count == 0:
        return rows_of(()), int(head["last"])
    words = np.memmap(file, "<u8", "r", _FIRST, (_WORDS, count))
    ids = np.memmap(file, "<i8", "r", _FIRST + 32 * count, (count,))
    return (words, ids), int(head["last"])


def searchable(stored: Rows, others: Rows) -> Fingerprints:
    """What answers which hashes are near one; in blocks that a processor's cache holds."""
    words, ids = stored
    starts = range(0, len(ids), BLOCK)
    return Fingerprints([(words[:, s : s + BLOCK], ids[s : s + BLOCK]) for s in starts], others)
