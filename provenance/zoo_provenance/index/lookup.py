"""Finding the pictures of the index that share local features with one under question.

Codes are sorted, so that those with the same first bits lie together: the sorted list is the
inverted index. A part of it covers 4,096 pictures and lies in a file, searched where it lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..atomic import write_atomically
from .features import unpack

SPAN = 4096
"""Ids that a part covers."""
NEAR = 28
"""Bits of 128 within which two codes are taken for one feature. Measured on photographs: of
features found again after JPEG 75, halving or a crop, 99.4 % are as near, and of features of
different places 0.1 %."""
PREFIX = 24
"""Leading bits in which a code must agree with one under question, up to the doubtful ones."""
DOUBTFUL = 3
"""Of the leading bits, how many of the least certain may be the other way."""

_HEAD = np.dtype([("magic", "S16"), ("index", "S32"), ("last", "<i8"), ("count", "<i8")])
_MAGIC = b"zoo codes 1"
_FIRST = 4096


@dataclass(frozen=True)
class Part:
    """Codes as two columns of words (N,), sorted by the first, and the ids of their pictures,
    counted from ``first``; ``last`` is the last id that was looked at."""

    first: int
    last: int
    words: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    ids: NDArray[np.uint16]


def part_of(first: int, last: int, packed: Iterable[tuple[int, bytes, tuple[int, int]]]) -> Part:
    """Sort the packed features of pictures: (id, features, size)."""
    codes, ids = [np.zeros((0, 2), np.uint64)], [np.zeros(0, np.uint16)]
    for number, data, size in packed:
        found = unpack(data, size).codes
        codes.append(found)
        ids.append(np.full(len(found), number - first, np.uint16))
    table, owners = np.concatenate(codes), np.concatenate(ids)
    order = np.argsort(table[:, 0], kind="stable")
    table = table[order]
    words = (np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]))
    return Part(first, last, words, owners[order])


def write_part(path: Path, part: Part, index: bytes) -> None:
    """Write a part of the index with this name. Raises OSError."""
    head = np.array((_MAGIC, index, part.last, len(part.ids)), _HEAD).tobytes()
    columns = (part.words[0].astype("<u8"), part.words[1].astype("<u8"), part.ids.astype("<u2"))
    write_atomically(path, head.ljust(_FIRST, b"\0") + b"".join(c.tobytes() for c in columns))


def read_part(path: Path, first: int, index: bytes) -> Part | None:
    """A part, searched where it lies; None where it is missing, cut off or another index's."""
    try:
        with path.open("rb") as file:
            return _mapped(file, first, index)
    except (OSError, ValueError):
        return None


def _mapped(file: BinaryIO, first: int, index: bytes) -> Part | None:
    head = np.frombuffer(file.read(_HEAD.itemsize), _HEAD, 1)[0]
    count = int(head["count"])
    if head["magic"] != _MAGIC or head["index"] != index or count < 0:
        return None
    file.seek(0, 2)
    if file.tell() != _FIRST + 18 * count:
        return None
    if count == 0:
        return part_of(first, int(head["last"]), ())
    one = np.memmap(file, "<u8", "r", _FIRST, (count,))
    two = np.memmap(file, "<u8", "r", _FIRST + 8 * count, (count,))
    ids = np.memmap(file, "<u2", "r", _FIRST + 16 * count, (count,))
    return Part(first, int(head["last"]), (one, two), ids)


def votes(
    parts: Sequence[Part], projections: NDArray[np.float32], codes: NDArray[np.uint64]
) -> dict[int, int]:
    """How many features (codes (N, 2), of these projections (N, 128)) each picture shares."""
    probes, owner = _probes(projections, codes)
    found: dict[int, int] = {}
    for part in parts:
        ids, shared = np.unique(_hits(part, probes, owner, codes), return_counts=True)
        found |= dict(zip((part.first + ids).tolist(), shared.tolist(), strict=True))
    return found


def _probes(
    projections: NDArray[np.float32], codes: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The leading bits to look up, sorted, and the feature that each belongs to."""
    doubtful = np.argsort(np.abs(projections[:, :PREFIX]), axis=1, kind="stable")[:, :DOUBTFUL]
    masks = np.uint64(1) << (PREFIX - 1 - doubtful).astype(np.uint64)
    probes = (codes[:, 0] >> np.uint64(64 - PREFIX))[:, None]
    for one in range(DOUBTFUL):
        probes = np.concatenate([probes, probes ^ masks[:, one, None]], axis=1)
    owner = np.repeat(np.arange(len(codes)), probes.shape[1])
    order = np.argsort(probes.ravel(), kind="stable")
    return probes.ravel()[order], owner[order]


def _hits(
    part: Part,
    probes: NDArray[np.uint64],
    owner: NDArray[np.int64],
    codes: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Ids, counted from the part's first, once for each feature that is near one of theirs."""
    shift = np.uint64(64 - PREFIX)
    least, most = probes << shift, (probes << shift) | ((np.uint64(1) << shift) - np.uint64(1))
    start = np.searchsorted(part.words[0], least)
    end = np.searchsorted(part.words[0], most, side="right")
    length = end - start
    asked = np.repeat(owner, length)
    at = np.arange(length.sum()) + np.repeat(start - (np.cumsum(length) - length), length)
    apart = np.bitwise_count(part.words[0][at] ^ codes[asked, 0])
    apart += np.bitwise_count(part.words[1][at] ^ codes[asked, 1])
    near = apart <= NEAR
    pairs = np.unique(part.ids[at[near]].astype(np.int64) * len(codes) + asked[near])
    return pairs // len(codes)
