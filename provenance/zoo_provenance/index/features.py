"""Local features: what is left of a picture when it is cropped, turned or pasted elsewhere.

SIFT (Lowe 2004) as OpenCV has it, its descriptors square-rooted (Arandjelovic and Zisserman 2012)
and hashed to 128 bits by the signs of fixed random projections (Charikar 2002), so that near
descriptors differ in few bits. Nothing is trained. OpenCV is optional: without it whole copies
are found, and no crops.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 512
"""The longer side of the picture in which features are looked for; none is enlarged to it."""
KEPT = 300
"""Features of a picture in the index."""
ASKED = 1000
"""Features of a picture under question: the seen one may be a small part of it."""
_FOUND = 3000
_GRID = 4
_LOADING = threading.Lock()
_FIXED = 64  # places are kept in 64ths of a pixel
_PACKED = np.dtype([("x", "<u2"), ("y", "<u2"), ("code", ">u8", 2)])


def available() -> bool:
    """Whether OpenCV is installed and can be loaded."""
    with _LOADING:  # two threads that load it at once break it
        return _loaded()


@functools.cache
def _loaded() -> bool:
    try:
        import cv2  # noqa: F401
    except ImportError:
        return False
    return True


@dataclass(frozen=True)
class Features:
    """``shape`` is (height, width) of the picture looked at; ``places`` (N, 2) are x and y in it,
    with the corner of the first pixel at (0, 0); ``codes`` (N, 2) are 128 bits each."""

    shape: tuple[int, int]
    places: NDArray[np.float32]
    codes: NDArray[np.uint64]

    def pack(self) -> bytes:
        """20 bytes a feature."""
        table = np.empty(len(self.places), _PACKED)
        table["x"], table["y"] = np.rint(np.clip(self.places.T, 0, SIDE) * _FIXED)
        table["code"] = self.codes
        return table.tobytes()


def unpack(data: bytes, size: tuple[int, int]) -> Features:
    """What :meth:`Features.pack` packed, of a picture of ``size`` (width, height)."""
    table = np.frombuffer(data[: len(data) // _PACKED.itemsize * _PACKED.itemsize], _PACKED)
    places = np.stack([table["x"], table["y"]], axis=1).astype(np.float32) * np.float32(1 / _FIXED)
    width, height = _working_size(size)
    return Features((height, width), places, table["code"].astype(np.uint64))


@dataclass(frozen=True)
class Extracted:
    """The features of a picture, strongest first; ``projections`` (N, 128) are hashed by sign."""

    grey: NDArray[np.uint8]
    places: NDArray[np.float32]
    descriptors: NDArray[np.float32]

    def kept(self) -> Features:
        """Those that the index keeps."""
        return self._features(self.places[:KEPT], project(self.descriptors[:KEPT]))

    def asked(self, *, mirrored: bool) -> tuple[Features, NDArray[np.float32]]:
        """Those to ask with, and their projections; or those of the ``mirrored`` picture, which
        are the same ones in another order and need no second look at the pixels."""
        if not mirrored:
            projections = project(self.descriptors)
            return self._features(self.places, projections), projections
        projections = project(_mirrored(self.descriptors))
        places = self.places.copy()
        places[:, 0] = self.grey.shape[1] - places[:, 0]
        return self._features(places, projections), projections

    def _features(self, places: NDArray[np.float32], projections: NDArray[np.float32]) -> Features:
        height, width = self.grey.shape
        return Features((height, width), places, codes_of(projections))


def extract(picture: Image.Image) -> Extracted:
    """At most 1,000 features of a picture of any size and mode, spread over it."""
    import cv2

    grey = _working(picture)
    sift = cv2.SIFT_create(_FOUND, contrastThreshold=0.01, enable_precise_upscale=True)
    points, descriptors = sift.detectAndCompute(grey, None)
    if not points:
        return Extracted(grey, np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    places = np.array([point.pt for point in points], np.float32) + np.float32(0.5)
    response = np.array([point.response for point in points])
    chosen = _spread(places, response, grey.shape)[:ASKED]
    share = descriptors[chosen] / np.maximum(descriptors[chosen].sum(1, keepdims=True), 1e-9)
    return Extracted(grey, places[chosen], np.sqrt(share).astype(np.float32))


def _working_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _working(picture: Image.Image) -> NDArray[np.uint8]:
    grey = picture.convert("L")
    size = _working_size(grey.size)
    if size != grey.size:
        grey = grey.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(grey)


def _spread(
    places: NDArray[np.float32], response: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """The order in which to keep features: the strongest of each part of the picture come first,
    so that a crop of a quiet part is found, too."""
    column = np.minimum(places[:, 0] * _GRID / shape[1], _GRID - 1).astype(int)
    row = np.minimum(places[:, 1] * _GRID / shape[0], _GRID - 1).astype(int)
    cell = row * _GRID + column
    by_cell = np.lexsort((places[:, 1], places[:, 0], -response, cell))
    start = np.searchsorted(cell[by_cell], np.arange(_GRID**2))
    rank = np.empty(len(cell), int)
    rank[by_cell] = np.arange(len(cell)) - start[cell[by_cell]]
    return np.lexsort((places[:, 1], places[:, 0], -response, rank))


def _mirrored(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The descriptors (N, 128) of the mirrored picture.

    A descriptor has 4 x 4 cells of 8 directions, laid along the feature's own direction; a mirror
    exchanges its two sides and the sense of its directions (Guo and Cao 2010).
    """
    cells = descriptors.reshape(-1, 4, 4, 8)[:, ::-1]
    return cells[..., -np.arange(8) % 8].reshape(-1, 128)


def project(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """128 projections (N, 128) of square-rooted descriptors, each as often above zero as below."""
    return np.asarray((descriptors - _usual()) @ _projection(), np.float32)


def codes_of(projections: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Codes (N, 2): the first projection's sign is the highest bit of the first word."""
    return np.packbits(projections > 0, axis=1).view(">u8").astype(np.uint64).reshape(-1, 2)


@functools.cache
def _usual() -> NDArray[np.float32]:
    """The mean descriptor of smooth noise, which is nearly a product: cells near the middle weigh
    more, and so do directions near the feature's own."""
    cell = np.array([0.434, 0.517, 0.517, 0.434])
    direction = np.array([0.437, 0.356, 0.290, 0.262, 0.253, 0.262, 0.290, 0.356])
    mean = cell[:, None, None] * cell[:, None] * direction
    return np.asarray(mean.reshape(128), np.float32)


@functools.cache
def _projection() -> NDArray[np.float32]:
    """An orthogonal matrix (128, 128), the same everywhere: two Hadamard transforms, with random
    signs before each (Ailon and Chazelle 2009)."""
    hadamard: NDArray[Any] = np.ones((1, 1))
    while len(hadamard) < 128:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    matrix: NDArray[np.float64] = np.eye(128)
    for turn in range(2):
        drawn = hashlib.shake_256(b"zoo index %d" % turn).digest(16)
        signs = 1.0 - 2.0 * np.unpackbits(np.frombuffer(drawn, np.uint8))
        matrix = hadamard @ (signs[:, None] * matrix)
    return np.asarray(matrix.T / 128, np.float32)
