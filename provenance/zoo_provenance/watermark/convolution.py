"""The channel code: a tail-biting convolutional code of rate 1/4 and constraint length 11.

Generators 2327, 2353, 2671, 3175 (octal; Lin and Costello, *Error Control Coding*, table 12.1).
Tail-biting spends no bits on ending the trellis; the decoder runs over a circular extension of the
word and keeps its middle (Ma and Wolf 1986, "On tail biting convolutional codes").
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

GENERATORS = (0o2327, 0o2353, 0o2671, 0o3175)
CONSTRAINT = 11
RATE = len(GENERATORS)
"""Coded bits for each bit."""
_STATES = 1 << (CONSTRAINT - 1)
_EXTENSION = 40
"""Steps before and after the word by which the survivors have merged: four constraint lengths."""


def encode(bits: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bits (n,) to signs (4 n,): +1 for a coded 0, -1 for a coded 1."""
    count = len(bits)
    around = np.concatenate([bits[count - (CONSTRAINT - 1) :], bits])
    coded = np.zeros((count, RATE), np.uint8)
    for column, generator in enumerate(GENERATORS):
        for delay in range(CONSTRAINT):
            if generator >> delay & 1:
                start = CONSTRAINT - 1 - delay
                coded[:, column] ^= around[start : start + count]
    return (1 - 2 * coded.astype(np.float32)).ravel()


def decode(soft: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The likeliest words (k, n) for soft signs (k, 4 n), by the Viterbi algorithm."""
    count = soft.shape[1] // RATE
    steps = np.arange(-_EXTENSION, count + _EXTENSION) % count
    # The words sent (k, steps, half) on the way from state j to state 2 j. All generators begin and
    # end with a one, so the way to 2 j + 1, and the ways from j + half, send the opposite word.
    sent = soft.reshape(len(soft), count, RATE)[:, steps] @ _words().T
    half = _STATES // 2
    metric = np.zeros((len(soft), _STATES), np.float32)
    low, high = metric[:, :half], metric[:, half:]
    following = metric.reshape(len(soft), half, 2).transpose(2, 0, 1)
    chosen = np.empty((len(steps), 2, len(soft), half), np.bool_)
    from_low, from_high = np.empty((2, 2, len(soft), half), np.float32)
    for word, chose_high in zip(sent.transpose(1, 0, 2), chosen, strict=True):
        np.add(low, word, out=from_low[0])
        np.subtract(low, word, out=from_low[1])
        np.subtract(high, word, out=from_high[0])
        np.add(high, word, out=from_high[1])
        np.greater(from_high, from_low, out=chose_high)
        np.maximum(from_low, from_high, out=following)
    return _trace_back(chosen, metric.argmax(axis=1))[:, _EXTENSION : _EXTENSION + count]


def _trace_back(chosen: NDArray[np.bool_], states: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The bits (k, steps) on the ways to ``states`` (k,), which came from the upper half of the
    states where ``chosen`` (steps, 2, k, half)."""
    chose_high = chosen.data
    words = []
    for which, state in enumerate(states.tolist()):
        bits = []
        for step in range(len(chosen) - 1, -1, -1):
            bit, below = state & 1, state >> 1
            bits.append(bit)
            state = below + _STATES // 2 * chose_high[step, bit, which, below]
        words.append(bits[::-1])
    return np.array(words, np.uint8)


@cache
def _words() -> NDArray[np.float32]:
    """The word (half, 4) of signs that is sent on the way from state j to state 2 j."""
    register = 2 * np.arange(_STATES // 2)
    bits = np.bitwise_count(register[:, None] & np.array(GENERATORS)) & 1
    return np.asarray(1 - 2 * bits.astype(np.float32))
