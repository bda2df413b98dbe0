"""The solver of the flow's differential equation, from noise to pictures and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from torch import Tensor

from .flow import Velocity

BEND = 1.5
"""Steps get smaller towards the picture: time is a line from 1 to 0, to this power."""


def times(steps: int) -> list[float]:
    """``steps + 1`` times from 1, noise, to 0, the picture."""
    return [(1 - i / steps) ** BEND for i in range(steps + 1)]


def trajectory(velocity: Velocity, x: Tensor, grid: Sequence[float]) -> Iterator[Tensor]:
    """The state (B, 3, H, W) after each step along ``grid``, forwards or backwards.

    Heun's method (Karras et al. 2022, arXiv:2206.00364, algorithm 1): two velocities a step, one
    where the step ends at the picture.
    """
    for t, s in pairwise(grid):
        v = velocity(x, t)
        ahead = x + (s - t) * v
        x = ahead if s == 0 else x + (s - t) * (v + velocity(ahead, s)) / 2
        yield x


def heun(velocity: Velocity, x: Tensor, grid: Sequence[float]) -> Tensor:
    """The last state of :func:`trajectory`."""
    for state in trajectory(velocity, x, grid):
        x = state
    return x
