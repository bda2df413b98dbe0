"""The invisible watermark: a 40-bit id in the pixels that survives what the internet does to them.

Blind (no original is needed), keyed, without weights. The id is in the *luma* of the whole
picture; ``docs/watermark.md`` says how, what it survives, and what a key is worth.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import WatermarkError
from ..ledger import ID_BITS
from .canonical import correlate, fold, luma_of, sample, spectrum_of, whiten
from .carriers import carriers_of
from .convolution import decode, encode
from .embedding import mark_pixels
from .payload import MOST_DECODES, false_positive_rate, from_bits, to_bits
from .search import Pose, candidates, refined

PUBLIC_KEY = b"zoo-generators.org watermark 1, a key for everybody"
"""Anybody with this software can read a mark under this key, and write one, and erase one."""
LEAST_SIDE = 128
"""Pixels of the shorter side, below which a picture carries no mark."""
MOST_ASPECT = 8
_READABLE_SIDE, _READABLE_ASPECT = 48, 16
"""What is smaller or longer has lost too much, whatever it was cut from."""
_BATCH = 16
_DECODES = (32, MOST_DECODES - 33)
"""Words tried in an upright picture and in any other, after the one of the picture as it is."""


@dataclass(frozen=True)
class Reading:
    """An id that was read. ``false_positive_rate``: how likely any id is found, with as many
    attempts, in a picture without a mark. ``transform``: how the picture lies on the canonical
    grid, that is, what became of it since it was marked."""

    payload: int
    false_positive_rate: float
    transform: Pose


def can_carry(height: int, width: int) -> bool:
    """Whether a picture of this size can carry a mark."""
    short, long = sorted((height, width))
    return short >= LEAST_SIDE and long <= MOST_ASPECT * short


def embed(pixels: NDArray[np.uint8], payload: int, *, key: bytes = PUBLIC_KEY) -> NDArray[np.uint8]:
    """A copy of ``pixels``, uint8 (H, W, 3), that carries ``payload``, 0 to 2**40 - 1.

    Raises WatermarkError for an array of another kind, a picture that is too small or too long
    to carry a mark (``can_carry``), a payload out of range, or an empty key.
    """
    _check_pixels(pixels)
    if not can_carry(*pixels.shape[:2]):
        height, width = pixels.shape[:2]
        raise WatermarkError(
            f"a picture of {width} x {height} cannot carry a watermark: its shorter side must "
            f"have at least {LEAST_SIDE} pixels and its longer at most {MOST_ASPECT} times as many"
        )
    if not 0 <= payload < 1 << ID_BITS:
        raise WatermarkError(f"the payload is {payload}; it must be from 0 to 2**{ID_BITS} - 1")
    secret = _secret(key)
    return mark_pixels(pixels, encode(to_bits(payload, secret)), carriers_of(secret))


def read(
    pixels: NDArray[np.uint8], *, key: bytes = PUBLIC_KEY, search: bool = True
) -> Reading | None:
    """The payload that ``pixels``, uint8 (H, W, 3), carry under ``key``; None where none is found.

    At first as if the picture were whole and upright, in any size; then, with ``search``, for what
    is left of it after crops, borders, mirroring, and rotation by up to six degrees.

    Pictures below 48 pixels, or more than 16 times as long as wide, are not looked at.

    Raises WatermarkError for an array of another kind or an empty key.
    """
    _check_pixels(pixels)
    secret = _secret(key)
    short, long = sorted(pixels.shape[:2])
    if short < _READABLE_SIDE or long > _READABLE_ASPECT * short:
        return None
    carriers = carriers_of(secret)
    luma = luma_of(pixels)
    whole = Pose(False, luma.scale, 0.0)
    whitened, _ = whiten(sample(luma, luma.scale))
    direct = correlate(spectrum_of(fold(whitened)), carriers).bits
    payload = from_bits(decode(direct[None])[0], secret)
    if payload is not None:
        return Reading(payload, false_positive_rate(1), whole)
    if not search:
        return None
    tried = 1
    for found, most in zip(candidates(luma, carriers), _DECODES, strict=True):
        for start in range(0, min(len(found), most), _BATCH):
            some = found[start : min(start + _BATCH, most)]
            words = decode(np.stack([one.correlation.bits for one in some]))
            for one, word in zip(some, words, strict=True):
                tried += 1
                payload = from_bits(word, secret)
                if payload is not None:
                    pose = refined(luma, one.pose, encode(word), carriers)
                    return Reading(payload, false_positive_rate(tried), pose)
    return None


def _secret(key: bytes) -> bytes:
    """Thirty-two bytes of a key of any length."""
    if not key:
        raise WatermarkError("the watermark key is empty; give bytes that nobody can guess")
    return hashlib.blake2b(key, digest_size=32, person=b"zoo-watermark").digest()


def _check_pixels(pixels: NDArray[np.uint8]) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise WatermarkError(
            f"expected uint8 pixels (H, W, 3), not {pixels.dtype} {tuple(pixels.shape)}"
        )


__all__ = [
    "LEAST_SIDE",
    "PUBLIC_KEY",
    "Pose",
    "Reading",
    "can_carry",
    "embed",
    "read",
]
