"""Holding out pictures for testing: seeded, and the same fraction of each label."""

from __future__ import annotations

import hashlib

import numpy as np


def rank(sha256: str, seed: int) -> int:
    """Where a picture stands in the draw: a number below 2^63 that its contents and the seed give.

    So the draw does not depend on the order of the pictures, adding some moves few of the others,
    and copies of one picture are never on both sides.
    """
    key = seed.to_bytes(16, "little", signed=True)
    drawn = hashlib.blake2b(bytes.fromhex(sha256), digest_size=8, key=key).digest()
    return int.from_bytes(drawn, "little") >> 1


def hold_out(labels: np.ndarray, ranks: np.ndarray, fraction: float) -> np.ndarray:
    """Which pictures are held out, bool (N,): the ``fraction`` of each label that ranks lowest.

    What rounding leaves over goes to the labels that lost most by it, so that together they are
    the fraction of all. ``labels`` (from 0) and ``ranks`` are int64 (N,).
    """
    held = np.zeros(len(labels), dtype=bool)
    order = np.lexsort((ranks, labels))
    counts = np.bincount(labels)
    quotas = _apportioned(counts, fraction)
    groups = np.split(order, np.cumsum(counts))[:-1]  # behind the last label there is nothing
    for quota, mine in zip(quotas, groups, strict=True):
        count = int(quota)
        while 0 < count < len(mine) and ranks[mine[count]] == ranks[mine[count - 1]]:
            count -= 1  # copies of one picture
        held[mine[:count]] = True
    return held


def _apportioned(counts: np.ndarray, fraction: float) -> np.ndarray:
    """Largest remainders (Hamilton's method)."""
    shares = counts * fraction
    quotas = np.floor(shares).astype(np.int64)
    left = int(counts.sum() * fraction + 0.5) - int(quotas.sum())
    quotas[np.argsort(quotas - shares, kind="stable")[: max(0, left)]] += 1
    return quotas
