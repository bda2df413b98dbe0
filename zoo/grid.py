"""A grid: many pictures in one file."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoo_provenance.record import Record

if TYPE_CHECKING:
    from .generation import Picture

GRID_MOST = 100
"""Pictures in a grid at most: the first ones of a run."""


class Grid:
    """Collects the first ``count`` pictures of a run, all of one size."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pictures: list[Picture] = []

    def add(self, pictures: Sequence[Picture]) -> None:
        self._pictures += pictures[: self.count - len(self._pictures)]

    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (rows * H, columns * W, 3), near square, white where there is no picture."""
        columns = math.ceil(math.sqrt(len(self._pictures)))
        rows = math.ceil(len(self._pictures) / columns)
        height, width, _ = self._pictures[0].pixels.shape
        sheet = np.full((rows * height, columns * width, 3), 255, np.uint8)
        for place, picture in enumerate(self._pictures):
            y, x = divmod(place, columns)
            sheet[y * height : (y + 1) * height, x * width : (x + 1) * width] = picture.pixels
        return sheet

    def record(self) -> Record:
        """The first picture's record, with the number of pictures in place of an index."""
        first = self._pictures[0].record
        labels = {p.label for p in self._pictures}
        height, width, _ = self.pixels().shape
        return dataclasses.replace(
            first,
            index=None,
            label=labels.pop() if len(labels) == 1 else None,
            size=(height, width),
            options={**first.options, "grid": len(self._pictures)},
        )
