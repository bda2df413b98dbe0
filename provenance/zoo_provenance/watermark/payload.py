"""The payload: a 40-bit id and a keyed check of 26 bits, and what the check is worth.

**False positives.** Whatever a decoder makes of a picture without a mark of this key is some word
of 66 bits, chosen without regard to the check. The check is a keyed hash of the id (BLAKE2b), so it
fits the word's last 26 bits with probability 2^-26. A reading tries at most ``MOST_DECODES`` words,
and by the union bound a picture without a mark gives one with probability at most 64 x 2^-26 =
9.5e-7. The figure that a reading states is that of the words tried until then.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from ..ledger import ID_BITS

CHECK_BITS = 26
BITS = ID_BITS + CHECK_BITS
MOST_DECODES = 64
"""Words tried for one picture, at most."""


def to_bits(payload: int, key: bytes) -> NDArray[np.uint8]:
    """The word (66,) of an id below 2**40, most significant bit first."""
    word = payload << CHECK_BITS | _check(payload, key)
    return np.array([word >> i & 1 for i in range(BITS - 1, -1, -1)], np.uint8)


def from_bits(bits: NDArray[np.uint8], key: bytes) -> int | None:
    """The id that a word carries; None where its check does not fit."""
    word = int.from_bytes(np.packbits(bits).tobytes(), "big") >> (-len(bits) % 8)
    payload = word >> CHECK_BITS
    return payload if _check(payload, key) == word & ((1 << CHECK_BITS) - 1) else None


def false_positive_rate(decodes: int) -> float:
    """The probability that one of so many words of an unmarked picture passes the check."""
    return decodes / 2.0**CHECK_BITS


def _check(payload: int, key: bytes) -> int:
    text = payload.to_bytes(8, "big")
    digest = hashlib.blake2b(text, key=key, digest_size=4, person=b"zoo-watermark").digest()
    return int.from_bytes(digest, "big") >> (32 - CHECK_BITS)
