"""Arrays made small for files that ship: deflated, and where less exactness will do, as bytes.

Features of neighbouring pictures are alike in their high bytes and not in their low ones, so bytes
of the same place are laid side by side before they are deflated (RFC 1951, zlib's RFC 1950).
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 2**30
"""Of one unpacked array."""
_KINDS = ("uint8", "int16", "float16", "float32")
_LEVELS = 255


def deflated(array: NDArray[Any]) -> NDArray[np.uint8]:
    """The bytes of an array (N, ...), one row after the other for each place and byte."""
    planes = _bytes(array).reshape(len(array), -1).T
    return np.frombuffer(zlib.compress(np.ascontiguousarray(planes).tobytes(), 9), np.uint8)


def inflated(packed: NDArray[np.uint8], kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """What :func:`deflated` packed. Raises ValueError where it is not of this kind and shape."""
    if kind not in _KINDS or not all(type(side) is int and side > 0 for side in shape):
        raise ValueError(f"{kind} {shape} is no array")
    dtype = np.dtype(kind).newbyteorder("<")
    size = math.prod(shape) * dtype.itemsize
    if size > MAX_BYTES:
        raise ValueError(f"{size:,} bytes; at most {MAX_BYTES:,} are unpacked")
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed.tobytes(), size)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(data) != size or stream.unconsumed_tail or not stream.eof:
        raise ValueError(f"it does not unpack to {size:,} bytes")
    planes = np.frombuffer(data, np.uint8).reshape(-1, shape[0])
    return np.ascontiguousarray(planes.T).view(dtype).reshape(shape)


def as_bytes(array: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Numbers (N, D) rounded to 256 levels a column, from its least to its greatest: ``level``
    uint8 (N, D), ``low`` and ``step`` float32 (1, D). Wrong by half a step at most."""
    low, high = array.min(axis=0, keepdims=True), array.max(axis=0, keepdims=True)
    step = np.where(high > low, (high - low) / _LEVELS, 1).astype(np.float32)
    level = np.round((array - low) / step).clip(0, _LEVELS).astype(np.uint8)
    return {"level": level, "low": low.astype(np.float32), "step": step}


def from_bytes(level: NDArray[Any], low: NDArray[Any], step: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers (N, D) that :func:`as_bytes` rounded."""
    numbers: NDArray[np.float32] = level.astype(np.float32) * step + low
    return numbers


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype.name not in _KINDS:
        raise ValueError(f"{array.dtype} is none of {', '.join(_KINDS)}")
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return np.frombuffer(little.tobytes(), np.uint8)


def pack(arrays: Mapping[str, NDArray[Any]]) -> tuple[dict[str, NDArray[np.uint8]], str]:
    """All arrays deflated, and a JSON text that says their kinds and shapes."""
    kinds = {name: [array.dtype.name, *array.shape] for name, array in arrays.items()}
    return {name: deflated(array) for name, array in arrays.items()}, json.dumps(kinds)


def unpack(packed: Mapping[str, NDArray[Any]], kinds: str) -> dict[str, NDArray[Any]]:
    """What :func:`pack` packed. Raises ValueError, KeyError or TypeError where it is damaged."""
    table = json.loads(kinds)
    return {
        name: inflated(packed[name], kind, tuple(shape)) for name, (kind, *shape) in table.items()
    }
