"""A strip: how one picture came about, from noise to the picture, in one file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoo_provenance.record import Record

if TYPE_CHECKING:
    from .generation import Picture

STRIP_MOST = 8
"""States in a strip at most."""


def strip(picture: Picture) -> tuple[NDArray[np.uint8], Record]:
    """The states of a picture side by side, uint8 (H, states * W, 3), and the strip's record.

    The record is the picture's, with the number of states; the index stays, the picture is in it.
    """
    pixels = np.concatenate([*picture.states, picture.pixels], axis=1)
    height, width, _ = pixels.shape
    shown = len(picture.states) + 1
    options = {**picture.record.options, "strip": shown}
    return pixels, dataclasses.replace(picture.record, size=(height, width), options=options)
