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
    symbols, words = _trellis()
    branch = soft.reshape(len(soft), count, RATE)[:, steps] @ words.T
    metric = np.zeros((len(soft), _STATES), np.float32)
    chosen = np.empty((len(steps), len(soft), _STATES), np.bool_)
    half = _STATES // 2
    for step in range(len(steps)):
        # State s is reached from s // 2 and from s // 2 + half.
        low = np.repeat(metric[:, :half], 2, axis=1) + branch[:, step][:, symbols[0]]
        high = np.repeat(metric[:, half:], 2, axis=1) + branch[:, step][:, symbols[1]]
        np.greater(high, low, out=chosen[step])
        metric = np.maximum(low, high)
    return _trace_back(chosen, metric.argmax(axis=1))[:, _EXTENSION : _EXTENSION + count]


def _trace_back(chosen: NDArray[np.bool_], state: NDArray[np.intp]) -> NDArray[np.uint8]:
    which = np.arange(len(state))
    bits = np.empty((len(state), len(chosen)), np.uint8)
    for step in range(len(chosen) - 1, -1, -1):
        bits[:, step] = state & 1
        state = (state >> 1) | (chosen[step, which, state] * (_STATES // 2))
    return bits


@cache
def _trellis() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The word sent on the way into each state from its two predecessors (2, states), as a row
    of the table of all words (16, 4) of signs."""
    state = np.arange(_STATES)
    register = np.stack([state, state | _STATES])
    word = np.zeros_like(register)
    for column, generator in enumerate(GENERATORS):
        word |= (np.bitwise_count(register & generator).astype(np.int64) & 1) << column
    table = 1 - 2 * ((np.arange(1 << RATE)[:, None] >> np.arange(RATE)) & 1)
    return word.astype(np.intp), table.astype(np.float32)
