"""The carriers: which coefficients of the tile's spectrum carry which coded bit, under a key.

The mark is a periodic tile of 256 x 256. Each coded bit is spread over 70 or so real coefficients
of the tile's discrete Fourier transform ("chips": Cox et al. 1997, "Secure spread spectrum
watermarking"), drawn from a band of middle frequencies and signed by the key; the sets are
disjoint. Twenty single frequencies are pilots: their magnitudes do not move when a picture is
shifted, so that scale and rotation can be found before the shift (Pereira and Pun 2000, "Robust
template matching for affine resistant image watermarks"), and their phases then give the shift.

All of it is drawn from SHAKE-256 of the key, so that it never changes with a library's version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .convolution import RATE
from .payload import BITS

TILE = 256
CODED_BITS = BITS * RATE
PILOTS = 20
_NEAREST_AXIS = 3
"""Lines, frames and edges of a picture put their energy on the axes of the spectrum."""
_PILOT_RADII = (16, 52)
_PILOT_APART = 6
_LEAST_WEIGHT = 0.12


@dataclass(frozen=True)
class Carriers:
    """What a key chose.

    ``chips`` (264, n) are indices into the tile's half spectrum (256, 129, 2) of real and imaginary
    parts, flattened; ``signs``, ``weight`` (for reading) and ``shape`` (for embedding: lower
    frequencies survive more) go with them. ``pilots`` (20, 2) are the cycles a tile (down, across)
    of the pilots, ``pilot_index`` their places in the flattened complex half spectrum,
    ``pilot_phase`` complex units.
    """

    chips: NDArray[np.int64]
    signs: NDArray[np.float32]
    weight: NDArray[np.float32]
    shape: NDArray[np.float32]
    pilots: NDArray[np.int64]
    pilot_index: NDArray[np.int64]
    pilot_phase: NDArray[np.complex64]
    pilot_weight: NDArray[np.float32]
    pilot_shape: NDArray[np.float32]


def band(frequency: NDArray[np.floating]) -> NDArray[np.float32]:
    """How much a frequency (cycles a pixel of the canonical grid) counts.

    Below 0.05 pictures have most of their energy, above 0.24 JPEG and scaling leave little;
    between, the weight rises about as fast as the spectrum of photographs falls.
    """
    low = 1 - np.exp(-((frequency / 0.05) ** 4))
    high = np.exp(-((frequency / 0.245) ** 6))
    return np.asarray(low * high * (frequency / 0.15 + 1e-3) ** 1.15, np.float32)


@lru_cache(maxsize=8)
def carriers_of(key: bytes) -> Carriers:
    """The carriers of a key (32 bytes)."""
    down = np.rint(np.fft.fftfreq(TILE) * TILE).astype(np.int64)[:, None]
    across = np.arange(TILE // 2 + 1)[None]
    radius = np.hypot(down, across)
    weight = band(radius / TILE)
    usable = (weight > _LEAST_WEIGHT * weight.max()) & (across < TILE // 2)
    usable &= (across >= _NEAREST_AXIS) & (np.abs(down) >= _NEAREST_AXIS)
    places = np.stack(np.broadcast_arrays(down, across), -1).reshape(-1, 2)
    index = _pilots(key, usable, radius, places)
    rest = usable.ravel().copy()
    rest[index] = False
    parts = np.flatnonzero(np.repeat(rest, 2))
    each = len(parts) // CODED_BITS
    chips = parts[np.argsort(_numbers(key, "chips", len(parts)), kind="stable")]
    chips = chips[: each * CODED_BITS].reshape(CODED_BITS, each)
    signs = 1 - 2 * (_numbers(key, "signs", chips.size) & 1).astype(np.float32)
    shape = (weight * np.maximum(radius / TILE / 0.15, 1e-3) ** -0.5).astype(np.float32).ravel()
    turns = _numbers(key, "phases", PILOTS) / 2.0**32
    return Carriers(
        chips=chips,
        signs=signs.reshape(chips.shape),
        weight=weight.ravel()[chips // 2],
        shape=shape[chips // 2],
        pilots=places[index],
        pilot_index=index,
        pilot_phase=np.exp(2j * np.pi * turns).astype(np.complex64),
        pilot_weight=weight.ravel()[index],
        pilot_shape=shape[index],
    )


def _pilots(
    key: bytes,
    usable: NDArray[np.bool_],
    radius: NDArray[np.float64],
    places: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Flat indices of the pilots, in keyed order, no two within six cycles of each other."""
    ring = usable & (radius >= _PILOT_RADII[0]) & (radius <= _PILOT_RADII[1])
    candidates = np.flatnonzero(ring)
    order = np.argsort(_numbers(key, "pilots", len(candidates)), kind="stable")
    chosen: list[int] = []
    for index in candidates[order]:
        apart = np.hypot(*(places[chosen] - places[index]).T) if chosen else np.array([np.inf])
        if apart.min() >= _PILOT_APART:
            chosen.append(int(index))
        if len(chosen) == PILOTS:
            break
    return np.array(chosen)


def _numbers(key: bytes, purpose: str, count: int) -> NDArray[np.uint32]:
    """``count`` keyed 32-bit numbers."""
    stream = hashlib.shake_256(b"zoo watermark 1\0" + key + purpose.encode())
    return np.frombuffer(stream.digest(4 * count), "<u4").astype(np.uint32)
