"""Whether a picture shows what the index remembers of another one, and where.

Features that two pictures share suggest how one lies on the other; then the pixels decide.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .alignment import Alignment, Matrix
from .entry import Entry
from .features import Features, unpack
from .lookup import NEAR

LEAST_SHARED = 4
"""Features in one position, at least; a position takes two, and the pixels confirm it."""
WITHIN = 5.0
"""Pixels of 512 within which a shared feature fits a position."""
BLOCK = 12
"""Pixels of the stored preview (256 at most) a side, of the blocks that are compared."""
LEAST_CONTRAST = 6.0
"""Standard deviation of a block in grey levels, below which there is nothing to compare."""
LEAST_BLOCKS = 8
ALIKE = 0.8
SAME = 0.95
"""Correlations of two blocks. What lies on a picture makes some of its blocks unlike; the others
stay the same, whatever saved or scaled them. Of another picture of the same thing, as of the next
frame of a turntable, many blocks are alike and few the same."""
LEAST_ALIKE = 0.5
LEAST_SAME = 0.9
"""The share of blocks that are alike, at least, and of these the share that is the same.

On a quarter of the photographs of ``benchmarks/seen_before.py``, these limits pass all but 5 of 280
copies after JPEG 40, blur, noise, sharpening, gamma, a quarter of the size and the benchmark's own
attacks. Without the second, 46 of 250 fruits are taken for the one a few degrees further on its
turntable, with it 4.
"""

Grey = NDArray[np.float32]


def confirm(
    asked: Features, grey: NDArray[np.uint8], entry: Entry, size: tuple[int, int], *, mirrored: bool
) -> Alignment | None:
    """How a picture of ``size`` (width, height) lies on the seen one; None where it does not.

    ``asked`` are its features and ``grey`` (H, W) its pixels, both as :func:`extract` gives them;
    ``mirrored``: the features are those of the mirrored picture.
    """
    seen = unpack(entry.features or b"", entry.size)
    here, there = _shared(asked, seen)
    if len(here) < LEAST_SHARED:
        return None
    matrix, fits = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=WITHIN, maxIters=2000
    )
    if matrix is None or int(fits.sum()) < LEAST_SHARED:
        return None
    if mirrored:
        matrix = matrix @ np.array([[-1, 0, asked.shape[1]], [0, 1, 0], [0, 0, 1]])
    return _aligned(matrix, grey, entry, size, seen.shape)


def _shared(asked: Features, seen: Features) -> tuple[Grey, Grey]:
    """The places (N, 2) of features that are each other's nearest."""
    if not len(asked.codes) or not len(seen.codes):
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    apart = np.bitwise_count(asked.codes[:, None, 0] ^ seen.codes[None, :, 0])
    apart += np.bitwise_count(asked.codes[:, None, 1] ^ seen.codes[None, :, 1])
    there, here = apart.argmin(axis=1), np.arange(len(apart))
    mutual = (apart.argmin(axis=0)[there] == here) & (apart[here, there] <= NEAR)
    return asked.places[mutual], seen.places[there[mutual]]


def _aligned(
    matrix: NDArray[np.float64],
    grey: NDArray[np.uint8],
    entry: Entry,
    size: tuple[int, int],
    shape: tuple[int, int],
) -> Alignment | None:
    """Compare the pixels under a matrix between the pictures in which features were looked for."""
    preview = np.asarray(Image.open(io.BytesIO(entry.preview), formats=("JPEG",)))
    to_preview = np.diag([preview.shape[1] / shape[1], preview.shape[0] / shape[0]]) @ matrix
    correlation = _correlations(grey, to_preview, preview.astype(np.float32))
    alike, same = (correlation >= ALIKE).sum(), (correlation >= SAME).sum()
    if len(correlation) < LEAST_BLOCKS or same < LEAST_SAME * alike:
        return None
    agreement = float(alike / len(correlation))
    if agreement < LEAST_ALIKE:
        return None
    into = np.diag([grey.shape[1] / size[0], grey.shape[0] / size[1], 1.0])
    out = np.diag([entry.size[0] / shape[1], entry.size[1] / shape[0]])
    return _placed(out @ matrix @ into, size, entry.size, agreement)


def _placed(
    matrix: NDArray[np.float64], size: tuple[int, int], seen: tuple[int, int], agreement: float
) -> Alignment | None:
    (w, h), (width, height) = size, seen
    corners = np.array([(0, 0, 1), (w, 0, 1), (w, h, 1), (0, h, 1)]) @ matrix.T
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    area, outline = cv2.intersectConvexConvex(corners.astype(np.float32), frame)
    if outline is None or area <= 0:
        return None
    x, y = np.clip(np.floor(outline.reshape(-1, 2).min(axis=0) + 0.5), 0, (width, height))
    right, bottom = np.clip(np.floor(outline.reshape(-1, 2).max(axis=0) + 0.5), 0, (width, height))
    whole = w * h * abs(float(np.linalg.det(matrix[:, :2])))
    return Alignment(
        matrix=_plain(matrix),
        box=(int(x), int(y), int(right - x), int(bottom - y)),
        covered=round(min(1.0, area / (width * height)), 4),
        fills=round(min(1.0, area / whole), 4),
        agreement=round(agreement, 3),
    )


def _plain(matrix: NDArray[np.float64]) -> Matrix:
    (a, b, c), (d, e, f) = (tuple(round(float(v), 6) for v in row) for row in matrix)
    return (a, b, c), (d, e, f)


def _correlations(grey: NDArray[np.uint8], matrix: NDArray[np.float64], preview: Grey) -> Grey:
    """Of each block of the preview that can be compared, its correlation with what lies on it."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if not 1 / 64 < scale < 64:
        return np.zeros(0, np.float32)
    small = np.asarray(grey, np.float32)
    if scale < 1:  # averaged, as the preview was
        small = _resized(small, scale)
        shrunk = (grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0], 1.0)
        matrix = matrix @ np.diag(shrunk)
    else:  # as coarse as what lies on it
        preview = _resized(_resized(preview, 1 / scale), preview.shape)
    laid, shown = _laid(small, matrix, preview.shape)
    both = _blocks(shown).min(axis=1, initial=1.0) > 0.99
    ours, theirs = (_blocks(_smooth(one))[both] for one in (laid, preview))
    ours, theirs = ours - ours.mean(1, keepdims=True), theirs - theirs.mean(1, keepdims=True)
    spread = np.maximum(ours.std(axis=1), 1e-3) * np.maximum(theirs.std(axis=1), 1e-3)
    found: Grey = ((ours * theirs).mean(axis=1) / spread)[theirs.std(axis=1) >= LEAST_CONTRAST]
    return found


def _resized(grey: Grey, to: float | tuple[int, ...]) -> Grey:
    """A grid scaled by a factor below 1, or to a shape that is larger."""
    if isinstance(to, tuple):
        return np.asarray(cv2.resize(grey, to[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    size = [max(1, round(side * to)) for side in grey.shape[::-1]]
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)


def _laid(grey: Grey, matrix: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[Grey, Grey]:
    """A picture laid on a grid of a shape, and 1 where it lies there, 0 elsewhere."""
    centred = matrix.copy()  # OpenCV counts from the middle of the first pixel
    centred[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    size = (shape[1], shape[0])
    laid = cv2.warpAffine(grey, centred, size, flags=cv2.INTER_LINEAR)
    shown = cv2.warpAffine(np.ones_like(grey), centred, size, flags=cv2.INTER_LINEAR)
    return np.asarray(laid, np.float32), np.asarray(shown, np.float32)


def _smooth(grey: Grey) -> Grey:
    return np.asarray(cv2.blur(grey, (3, 3)), np.float32)


def _blocks(grey: Grey) -> Grey:
    """The whole blocks of a grid, (N, 144)."""
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    cut = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return cut.transpose(0, 2, 1, 3).reshape(rows * columns, BLOCK**2)
