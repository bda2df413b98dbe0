"""How a picture lies on one that was seen, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

_EDGE = 0.98
"""The share from which on a picture counts as whole: a pixel or two at its edges mean nothing."""
_NEARLY = 0.9
"""The share from which on it is not worth telling what a picture lost and what it gained where it
was turned within its frame."""
_LEAST_DEGREES = 0.5
_LEAST_SCALE = 0.02
_MOST_AGREES = 0.95

Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True)
class Alignment:
    """``matrix`` takes a point (x, y) of this picture, in pixels from its upper left corner, to
    the same point of the seen one; both are upright, as their EXIF says.

    ``box`` (x, y, width, height) is what this picture shows of the seen one, in pixels of that,
    and ``covered`` its share of the seen one's area; ``fills`` is the share of this picture's own
    area that it takes up. ``agreement`` is the share, 0 to 1, of what lies on each other that
    agrees; None where that was compared as a whole.
    """

    matrix: Matrix
    box: tuple[int, int, int, int]
    covered: float
    fills: float
    agreement: float | None = None

    @property
    def mirrored(self) -> bool:
        (a, b, _), (c, d, _) = self.matrix
        return a * d - b * c < 0

    @property
    def scale(self) -> float:
        """Pixels of this picture for one of the seen one."""
        (a, b, _), (c, d, _) = self.matrix
        return 1 / math.sqrt(abs(a * d - b * c))

    @property
    def degrees(self) -> float:
        """How far this picture is turned clockwise, -180 to 180; mirroring left and right, where
        it was done, comes before."""
        (a, _, _), (c, _, _) = self.matrix
        turn = math.degrees(math.atan2(-c, -a) if self.mirrored else math.atan2(-c, a))
        return 180.0 if turn == -180.0 else turn


def in_words(alignment: Alignment) -> str:
    """What was done to the seen picture: "a crop of it (57 % of its area, …), mirrored"."""
    return ", ".join(_words(alignment))


def _words(found: Alignment) -> Iterator[str]:
    x, y, width, height = found.box
    if min(found.covered, found.fills) >= _EDGE:
        yield "the whole of it"
    elif found.fills < _EDGE and min(found.covered, found.fills) >= _NEARLY:
        yield "nearly the whole of it"
    elif found.covered >= _EDGE:
        yield "the whole of it within another picture"
    else:
        kind = "a crop of it" if found.fills >= _EDGE else "a part of it within another picture"
        at = f"{width} x {height} pixels at {x}, {y}"
        yield f"{kind} ({100 * found.covered:.0f} % of its area: {at})"
    if found.fills < (_NEARLY if found.covered < _EDGE else _EDGE):
        yield f"which fills {100 * found.fills:.0f} % of this one"
    if found.mirrored:
        yield "mirrored"
    if abs(found.degrees) >= _LEAST_DEGREES:
        way = "clockwise" if found.degrees > 0 else "anticlockwise"
        yield f"turned {abs(found.degrees):.0f} degrees {way}"
    if abs(math.log(found.scale)) > _LEAST_SCALE:
        yield f"scaled {found.scale:.2g}x"
    if found.agreement is not None and found.agreement < _MOST_AGREES:
        yield f"{100 * (1 - found.agreement):.0f} % of it covered or changed"
