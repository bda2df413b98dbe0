"""The even frame around a picture: a border, the ground of a page, what a screenshot adds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EVEN = 2.5
"""The standard deviation of a line of a frame, in grey levels, at most."""


def unframed(grey: NDArray[np.floating], even: float = EVEN) -> tuple[slice, slice]:
    """The rows and columns of a grid (H, W), 0 to 255, within an even frame; none of it where it is
    even all over."""
    return within(deviations(grey), even)


def deviations(
    grey: NDArray[np.floating],
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """How much each row (H,) and each column (W,) of a grid varies: its standard deviation."""
    return grey.std(axis=1), grey.std(axis=0)


def within(
    varies: tuple[NDArray[np.floating], NDArray[np.floating]], even: float
) -> tuple[slice, slice]:
    """:func:`unframed`, of a grid whose :func:`deviations` are known."""
    lines = (np.flatnonzero(deviation > even) for deviation in varies)
    rows, columns = (slice(line[0], line[-1] + 1) if len(line) else slice(0) for line in lines)
    return rows, columns
