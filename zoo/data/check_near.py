"""Pictures that are there twice: the very same pixels or file, and pictures that look alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from zoo_provenance.fingerprint import distances

from .check_measures import Measures


def first_alike(keys: Iterable[Iterable[Hashable]]) -> NDArray[np.int64]:
    """For each picture the first one before it that shares a key, or -1; (N,)."""
    first: dict[Hashable, int] = {}
    found = []
    for index, own in enumerate(keys):
        earlier = [first[key] for key in own if key in first]
        origin = min(earlier, default=index)
        for key in own:
            first.setdefault(key, origin)
        found.append(origin if earlier else -1)
    return np.array(found, np.int64)


def keys_of(measures: Measures) -> tuple[Hashable, ...]:
    """What two exact duplicates have in common: their pixels, or the file that they came from."""
    return (measures.pixels, measures.file) if measures.file else (measures.pixels,)


def near_earlier(
    hashes: NDArray[np.uint8], most: int, ignored: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For each picture an earlier one at most ``most`` bits (of 256) away, or -1; (N,).

    ``hashes`` is (N, 32). Greedy in order: a picture that is near an earlier one represents
    nobody, so that those without an earlier one are all more than ``most`` bits apart. ``ignored``
    (N,) are left out. One vectorised count of bits a representative.
    """
    found = np.full(len(hashes), -1, np.int64)
    for index in range(len(hashes)):
        if found[index] >= 0 or ignored[index]:
            continue
        near = distances(hashes[index].tobytes(), hashes[index + 1 :]) <= most
        rest = found[index + 1 :]
        rest[near & (rest < 0) & ~ignored[index + 1 :]] = index
    return found


def nearest_of(
    hashes: NDArray[np.uint8], others: NDArray[np.uint8], most: int, usable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For each picture the nearest of ``others`` (M, 32) within ``most`` bits, or -1; (N,)."""
    found = np.full(len(hashes), -1, np.int64)
    for index in range(len(hashes) if usable.any() else 0):
        apart = np.where(usable, distances(hashes[index].tobytes(), others), 257)
        best = int(apart.argmin())
        if apart[best] <= most:
            found[index] = best
    return found


def hashes_of(measures: Sequence[Measures]) -> NDArray[np.uint8]:
    """The perceptual hashes, (N, 32)."""
    table = np.frombuffer(b"".join(m.hash for m in measures), np.uint8)
    return table.reshape(len(measures), -1)
