"""Means over a square window by doubling: faster than SciPy's running sums on these small grids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def box_mean(grid: NDArray[np.float32], window: int, *, wrap: bool = False) -> NDArray[np.float32]:
    """The mean of each ``window`` x ``window`` neighbourhood of a grid (H, W); ``window`` is odd.

    At the edges the grid is mirrored, or goes on at the other side with ``wrap``; so no side is
    shorter than half a window.
    """
    for axis in (0, 1):
        grid = _sums(_widened(grid, window // 2, axis, wrap), window, axis)
    return np.asarray(grid * np.float32(1 / window**2))


def _widened(grid: NDArray[np.float32], margin: int, axis: int, wrap: bool) -> NDArray[np.float32]:
    first, last = (
        (slice(-margin, None), slice(margin))
        if wrap
        else (slice(margin - 1, None, -1), slice(-1, -margin - 1, -1))
    )
    across = (slice(None),) * axis
    return np.concatenate([grid[*across, first], grid, grid[*across, last]], axis=axis)


def _sums(grid: NDArray[np.float32], window: int, axis: int) -> NDArray[np.float32]:
    """The sums of ``window`` neighbours along an axis: of runs of 1, 2, 4… of them, as the binary
    digits of ``window`` say."""

    def part(start: int, count: int) -> NDArray[np.float32]:
        return runs[start : start + count] if axis == 0 else runs[:, start : start + count]

    runs, width, done = grid, 1, 1
    count = grid.shape[axis] - window + 1
    total = part(0, count)  # the window is odd: its first digit is one
    while 2 * width <= window:
        left = runs.shape[axis] - width
        runs = part(0, left) + part(width, left)
        width *= 2
        if window & width:
            total = total + part(done, count)
            done += width
    return total
