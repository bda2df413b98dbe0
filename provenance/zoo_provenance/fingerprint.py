"""The fingerprint: a perceptual hash that finds candidates, and a thumbnail that confirms them.

The hash is pHash (Zauner 2010) at 256 bits; near hashes are common among pictures of the same
kind of thing, so that a match counts only once the thumbnails agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

HASH_BYTES = 32
THUMBNAIL_SIDE = 64
CANDIDATE_DISTANCE = 24
"""Bits of 256 within which a row of the ledger is a candidate."""
MOST_CANDIDATES = 16
"""How many of the nearest candidates are compared."""


@dataclass(frozen=True)
class Fingerprint:
    """``hash``: 32 bytes; ``thumbnail``: 4,096 bytes, 64 x 64 grey, row by row."""

    hash: bytes
    thumbnail: bytes


def fingerprint(image: Image.Image) -> Fingerprint:
    """The fingerprint of a picture of any size and mode."""
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return _of(image.convert("L").resize(side, Image.Resampling.LANCZOS))


def mirrored(mark: Fingerprint) -> Fingerprint:
    """The fingerprint of the same picture, left and right exchanged."""
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    thumbnail = Image.frombytes("L", side, mark.thumbnail)
    return _of(thumbnail.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


def _of(thumbnail: Image.Image) -> Fingerprint:
    # pHash starts from this same 64 x 64 reduction, so it is made once.
    bits = imagehash.phash(thumbnail, hash_size=16).hash
    return Fingerprint(np.packbits(bits).tobytes(), thumbnail.tobytes())


def distances(hash: bytes, table: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Hamming distances (N,), 0 to 256, from a hash to each row of ``table`` (N, 32)."""
    wanted = np.frombuffer(hash, np.uint64)
    words = np.ascontiguousarray(table).view(np.uint64).reshape(-1, HASH_BYTES // 8)
    apart: NDArray[np.int64] = np.bitwise_count(words ^ wanted).sum(axis=1, dtype=np.int64)
    return apart


MOST_WORST = 3.2
MOST_RMS = 1.3
MOST_RELATIVE = 0.08
"""Limits of an agreement, in grey levels of 255; the last as a share of the thumbnail's contrast.

Measured with ``benchmarks/fingerprint_margins.py`` on fruit at 256 x 256, 4,944 training pictures
as the ledger. Own copies (JPEG 75, scaled to 60 %, both in either order) reach worst 2.6 and rms
0.98, on photographs 2.9 and 1.16. Of 4,944 test pictures, taken a few degrees further on the same
turntables, 1,103 pairs come within 24 bits (some within 0): their worst starts at 4.0, and of
these nearest frames one has an rms below 1.5. Copies scaled without interpolation reach worst 6,
and stay candidates. The relative limit is for pale and even pictures, all of which look alike in
grey levels: a picture without contrast is never confirmed.
"""


@dataclass(frozen=True)
class Agreement:
    """How two thumbnails compare once brightness and contrast are aligned.

    ``worst`` is the largest difference that is left in any 3 x 3 neighbourhood and ``rms`` the
    root mean square of all of them, ``contrast`` the standard deviation of the first; all in grey
    levels.
    """

    agrees: bool
    worst: float
    rms: float
    contrast: float


def compare(a: bytes, b: bytes) -> Agreement:
    """Whether two thumbnails (4,096 bytes each) show one picture, re-encoded or scaled.

    A gain of 0.8 to 1.25 and any offset are fitted first. Differences are averaged over 3 x 3
    pixels: re-encoding scatters them, another picture gathers them where something has moved.
    """
    x, y = _grey(a), _grey(b)
    contrast = float(x.std())
    if contrast == 0.0 or float(y.std()) == 0.0:
        return Agreement(False, float(np.abs(x - y).max()), float(np.abs(x - y).mean()), contrast)
    centred = x - x.mean()
    gain = float(np.clip((centred * y).mean() / contrast**2, 0.8, 1.25))
    residual = y - y.mean() - gain * centred
    rms = float(np.sqrt((residual**2).mean()))
    worst = float(np.abs(_box(residual)).max())
    agrees = worst <= MOST_WORST and rms <= min(MOST_RMS, MOST_RELATIVE * contrast)
    return Agreement(agrees, round(worst, 3), round(rms, 3), round(contrast, 3))


def _grey(thumbnail: bytes) -> NDArray[np.float64]:
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return np.frombuffer(thumbnail, np.uint8).reshape(side).astype(np.float64)


def _box(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of 3 x 3 neighbourhoods, (64, 64) to (62, 62)."""
    rows = x[:-2] + x[1:-1] + x[2:]
    mean: NDArray[np.float64] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return mean
