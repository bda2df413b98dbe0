"""Random numbers that are the same on every machine and in every batch.

Each stream is numpy's Philox (Salmon et al. 2011), whose raw output numpy keeps stable, under a
128-bit key: the first half of SHA-256 over ``zoo-noise-1``, seed, index and purpose. Normal
numbers come from Box and Muller's transform in float64, rounded to float32, so that neither
torch's nor numpy's own samplers (which may change) have a part in them.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

SEED_END = 2**63
"""Seeds and indices lie in [0, SEED_END): a manifest's integers end there."""


def _raw(seed: int, index: int, purpose: str, count: int) -> NDArray[np.uint64]:
    text = f"zoo-noise-1\0{seed}\0{index}\0{purpose}".encode()
    key = np.frombuffer(hashlib.sha256(text).digest()[:16], dtype="<u8").astype(np.uint64)
    raw: NDArray[np.uint64] = np.random.Philox(key=key).random_raw(count)
    return raw


def normals(seed: int, index: int, purpose: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Independent standard normal numbers of ``shape``, float32."""
    count = math.prod(shape)
    pairs = (count + 1) // 2
    raw = _raw(seed, index, purpose, 2 * pairs)
    uniform = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53  # in (0, 1)
    radius = np.sqrt(-2 * np.log(uniform[:pairs]))
    angle = 2 * np.pi * uniform[pairs:]
    both = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
    return both[:count].astype(np.float32).reshape(shape)


def integer(seed: int, index: int, purpose: str, below: int) -> int:
    """A uniform integer in [0, below)."""
    return int(_raw(seed, index, purpose, 1)[0]) * below >> 64
