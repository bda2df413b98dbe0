"""Which square of a picture is kept."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image

Crop = Literal["centre", "smart", "none"]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

_SHORT_SIDE = 64
"""Pixels of the short side of the small picture in which a smart crop looks for edges."""


def square(image: Image.Image, crop: Crop) -> Image.Image:
    """The picture (RGB) made square: its middle, its busiest part, or all of it on white."""
    if image.width == image.height:
        return image
    if crop == "none":
        return _on_white(image)
    return image.crop(centre_box(image) if crop == "centre" else smart_box(image))


def centre_box(image: Image.Image) -> Box:
    """The largest square in the middle."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return left, top, left + side, top + side


def smart_box(image: Image.Image) -> Box:
    """The largest square with the most edges: the sum of squared grey-value differences between
    neighbours. Of equal ones, the one nearest to the middle.
    """
    side = min(image.size)
    scale = min(1.0, _SHORT_SIDE / side)
    small = image.convert("L").resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX,
    )
    grey = np.asarray(small, dtype=np.int64)
    energy = np.zeros_like(grey)
    energy[:, 1:] += np.diff(grey, axis=1) ** 2
    energy[1:] += np.diff(grey, axis=0) ** 2
    wide = image.width > image.height
    along = energy.sum(axis=0 if wide else 1)
    window = min(small.size)
    sums = np.convolve(along, np.ones(window, dtype=np.int64), "valid")
    best = np.flatnonzero(sums == sums.max())
    middle = (len(sums) - 1) / 2
    start = int(best[np.abs(best - middle).argmin()])
    room = max(image.size) - side
    offset = round(room * start / max(1, len(sums) - 1))
    return (offset, 0, offset + side, side) if wide else (0, offset, side, offset + side)


def _on_white(image: Image.Image) -> Image.Image:
    side = max(image.size)
    canvas = Image.new("RGB", (side, side), "white")
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas
