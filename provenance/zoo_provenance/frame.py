"""The even frame around a picture: a border, the ground of a page, what a screenshot adds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EVEN = 2.5
"""The standard deviation of a line of a frame, in grey levels, at most."""


def unframed(grey: NDArray[np.floating], even: float = EVEN) -> tuple[slice, slice]:
    """The rows and columns of a grid (H, W), 0 to 255, within an even frame; none of it where it is
    even all over."""
    lines = (np.flatnonzero(grey.std(axis=axis) > even) for axis in (1, 0))
    rows, columns = (slice(line[0], line[-1] + 1) if len(line) else slice(0) for line in lines)
    return rows, columns
