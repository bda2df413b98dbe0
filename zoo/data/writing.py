"""Writing one split of a packed data set in a stream: no more than one block is in memory.

The layout is that of safetensors (https://github.com/huggingface/safetensors, "Format"): eight
bytes of header length, little-endian, the header as JSON, then the tensors' bytes without gaps.
The wider type comes first, so that both tensors are aligned in a memory map.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .pack import Split


def write_split(
    folder: Path,
    split: Split,
    blocks: Iterable[np.ndarray],
    labels: np.ndarray,
    rows: Iterable[Mapping[str, Any]],
    size: int,
) -> dict[str, str]:
    """Write ``SPLIT.safetensors`` and ``SPLIT.jsonl``; each appears whole or not at all.

    ``blocks`` are uint8 (n, 3, size, size), together as many pictures as ``labels`` (N,) and
    ``rows`` have, in the same order. Returns the sha256 (hex) of each file by its name.

    Raises OSError, and ValueError where the counts or shapes differ.
    """
    tensors, lines = f"{split}.safetensors", f"{split}.jsonl"
    with _whole(folder / tensors) as put:
        put(_header(len(labels), size))
        put(labels.astype("<i8").tobytes())
        count = 0
        for block in blocks:
            if block.dtype != np.uint8 or block.shape[1:] != (3, size, size):
                raise ValueError(f"a block is {block.dtype} {block.shape}")
            put(np.ascontiguousarray(block).tobytes())
            count += len(block)
        if count != len(labels):
            raise ValueError(f"{count} pictures for {len(labels)} labels")
        tensors_sha256 = put.sha256
    with _whole(folder / lines) as put:
        count = 0
        for row in rows:
            put(json.dumps(row).encode() + b"\n")
            count += 1
        if count != len(labels):
            raise ValueError(f"{count} rows for {len(labels)} labels")
        lines_sha256 = put.sha256
    return {tensors: tensors_sha256(), lines: lines_sha256()}


def _header(count: int, size: int) -> bytes:
    end = 8 * count
    table = {
        "labels": {"dtype": "I64", "shape": [count], "data_offsets": [0, end]},
        "pixels": {
            "dtype": "U8",
            "shape": [count, 3, size, size],
            "data_offsets": [end, end + count * 3 * size * size],
        },
    }
    text = json.dumps(table).encode()
    text += b" " * (-len(text) % 8)  # the format pads its header with spaces
    return len(text).to_bytes(8, "little") + text


class _Hashed:
    """Writes to a file and hashes what it writes."""

    def __init__(self, file: Any) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def __call__(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)

    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def _whole(path: Path) -> Iterator[_Hashed]:
    """A new file beside ``path`` that takes its name once all of it is on the disk."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        with beside.open("xb") as file:
            yield _Hashed(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
