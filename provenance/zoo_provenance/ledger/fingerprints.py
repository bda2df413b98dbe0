"""All fingerprints of a ledger, in a file beside it that is searched where it lies.

One hash a row, in blocks in which each 64-bit word of the hashes lies by itself, so that a search
goes straight through it and needs no index. Whoever seals adds what the new links brought; whoever
only reads writes nothing, and fetches from the database what the file lacks. A file that does not
fit the chain counts as missing: all that is in it can be made again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import sqlalchemy as sa
from filelock import FileLock
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select

from . import State
from .tables import links, pictures

if TYPE_CHECKING:
    from .reading import Reader

BLOCK = 32_768
"""Rows of a block: 1.25 MiB, which a processor's cache holds."""
_WORDS = 4
_LAYOUT = np.dtype([("words", "<u8", (_WORDS, BLOCK)), ("ids", "<i8", (BLOCK,))])
_HEAD = np.dtype([("magic", "S16"), ("link", "<i8"), ("hash", "S64"), ("count", "<i8")])
_MAGIC = b"zoo hashes 1"
_FIRST = 4096

_ALL = select(pictures.c.id, pictures.c.fingerprint).where(
    pictures.c.state != State.RESERVED.value,
    func.length(pictures.c.fingerprint) == 8 * _WORDS,
)
_SEALED = _ALL.where(pictures.c.link > bindparam("link"), pictures.c.link <= bindparam("end"))
_SINCE = _ALL.where(sa.or_(pictures.c.link > bindparam("link"), pictures.c.link.is_(None)))
_HASH = select(links.c.hash).where(links.c.number == bindparam("link"))
_END = select(links.c.number, links.c.hash).order_by(links.c.number.desc()).limit(1)

Rows = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""The words (4, N) of hashes, and their ids (N,)."""


@dataclass(frozen=True)
class Fingerprints:
    """The hashes of a ledger as they were at one moment: those in the file, and the others."""

    stored: Sequence[Rows]
    others: Rows

    def near(self, hash: bytes, within: int) -> list[tuple[int, int]]:
        """Distance and id of each hash at most ``within`` bits from ``hash``, nearest first."""
        wanted = np.frombuffer(hash, "<u8")
        found = [hit for rows in (*self.stored, self.others) for hit in _near(rows, wanted, within)]
        return sorted(found)


def _near(rows: Rows, wanted: NDArray[np.uint64], within: int) -> Iterator[tuple[int, int]]:
    words, ids = rows
    # The later words are of higher frequencies, by which pictures of one kind differ more. Three
    # quarters of the bits rule out nearly all rows; the others are compared in the last quarter.
    most = np.zeros(len(ids), np.uint8)
    for word in (3, 2, 1):
        most += np.bitwise_count(words[word] ^ wanted[word])
    likely = np.flatnonzero(most <= within)
    apart = most[likely].astype(np.int64) + np.bitwise_count(words[0, likely] ^ wanted[0])
    near = apart <= within
    return zip(apart[near].tolist(), ids[likely[near]].tolist(), strict=True)


def load(ledger: Reader) -> Fingerprints:
    """The hashes of all written and sealed rows."""
    stored: list[Rows] = []
    link = 0
    # One opened file is one file to the end, even where a writer puts another in its place.
    with contextlib.suppress(OSError), ledger.place.fingerprints.open("rb") as file:
        head = _head(file)
        if head is not None and _fits(ledger, head) and _holds(file, int(head["count"])):
            stored, link = _stored(file, int(head["count"])), int(head["link"])
    return Fingerprints(stored, _fetched(ledger, _SINCE, link=link))


def keep_up(ledger: Reader) -> None:
    """Bring the file up to the end of the chain. Where that fails, readers do without it."""
    path = ledger.place.fingerprints
    with contextlib.suppress(OSError), FileLock(path.with_name(path.name + ".lock"), timeout=60):
        end, end_hash = ledger.fetch(_END)[0]
        count = link = 0
        path.touch()
        with path.open("rb") as file:
            head = _head(file)
            if head is not None and _fits(ledger, head) and _holds(file, int(head["count"])):
                count, link = int(head["count"]), int(head["link"])
        if not count:  # whoever has it open keeps what was in it
            path.unlink()
            path.touch()
        words, ids = _fetched(ledger, _SEALED, link=link, end=end)
        with path.open("r+b") as file:
            _append(file, count, words, ids)
            file.seek(0)
            values = (_MAGIC, end, end_hash.encode(), count + len(ids))
            file.write(np.array(values, _HEAD).tobytes())


def _append(file: BinaryIO, count: int, words: NDArray[np.uint64], ids: NDArray[np.int64]) -> None:
    """Put rows after the first ``count`` ones; on the disk when it returns."""
    blocks = -(-(count + len(ids)) // BLOCK)
    if blocks == 0:
        return
    file.truncate(_FIRST + blocks * _LAYOUT.itemsize)
    table = np.memmap(file, _LAYOUT, "r+", _FIRST, (blocks,))
    done = 0
    while done < len(ids):
        block, at = divmod(count + done, BLOCK)
        some = slice(done, done + BLOCK - at)
        here = slice(at, at + len(ids[some]))
        table[block]["words"][:, here] = words[:, some]
        table[block]["ids"][here] = ids[some]
        done += BLOCK - at
    table.flush()


def _stored(file: BinaryIO, count: int) -> list[Rows]:
    """The first ``count`` rows of the file, block by block."""
    if not count:
        return []
    table = np.memmap(file, _LAYOUT, "r", _FIRST, (-(-count // BLOCK),))
    ends = (min(BLOCK, count - start) for start in range(0, count, BLOCK))
    return [(b["words"][:, :end], b["ids"][:end]) for b, end in zip(table, ends, strict=True)]


def _holds(file: BinaryIO, count: int) -> bool:
    blocks = -(-count // BLOCK)
    return count >= 0 and os.fstat(file.fileno()).st_size >= _FIRST + blocks * _LAYOUT.itemsize


def _head(file: BinaryIO) -> Any:
    """The file's head; None where it has none."""
    data = file.read(_HEAD.itemsize)
    if len(data) < _HEAD.itemsize:
        return None
    head = np.frombuffer(data, _HEAD)[0]
    return head if head["magic"] == _MAGIC else None


def _fits(ledger: Reader, head: Any) -> bool:
    """Whether the file was made from this chain."""
    found = ledger.fetch(_HASH, {"link": int(head["link"])})
    return bool(found) and str(found[0][0]).encode() == bytes(head["hash"])


def _fetched(ledger: Reader, statement: sa.Executable, **links: int) -> Rows:
    rows = [r for r in ledger.fetch(statement, links) if isinstance(r[1], bytes)]
    ids = np.fromiter((r[0] for r in rows), np.int64, len(rows))
    table = np.frombuffer(b"".join(r[1] for r in rows), "<u8").reshape(-1, _WORDS)
    return np.ascontiguousarray(table.T), ids
