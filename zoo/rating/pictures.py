"""Pictures as a study shows them: square, of one size, pixels and nothing else."""

from __future__ import annotations

import hashlib
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo.data.crop import square

Pixels = NDArray[np.uint8]
_TILES = 8


def shown(picture: Pixels, side: int) -> Pixels:
    """The middle square of a picture (H, W, 3), scaled with antialiasing (Lanczos): uint8
    (side, side, 3). One of exactly that size keeps its pixels."""
    image = square(Image.fromarray(picture), "centre")
    if image.width != side:
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.uint8)


def damaged(picture: Pixels, chance: np.random.Generator) -> Pixels:
    """A picture that nobody takes for a good one: its 8 x 8 tiles are shuffled, and every other
    one is a negative."""
    side = len(picture) // _TILES * _TILES
    tile = side // _TILES
    grid = picture[:side, :side].reshape(_TILES, tile, _TILES, tile, 3).swapaxes(1, 2)
    tiles = chance.permutation(grid.reshape(-1, tile, tile, 3))
    tiles[::2] = 255 - tiles[::2]
    mixed = chance.permutation(tiles).reshape(_TILES, _TILES, tile, tile, 3).swapaxes(1, 2)
    spoilt = picture.copy()
    spoilt[:side, :side] = mixed.reshape(side, side, 3)
    return spoilt


def as_png(picture: Pixels) -> tuple[str, bytes]:
    """The file's sha256 in hex, and its bytes."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue()
