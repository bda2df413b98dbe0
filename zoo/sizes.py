"""How large pictures are made, and how large they leave."""

from __future__ import annotations

import math

from .card import Card
from .errors import UsageError
from .scaling import DEFAULT, LARGEST, SMALLEST, target_size

Size = tuple[int, int]


def plan_sizes(
    card: Card,
    size: int | Size | None,
    begun_with: Size | None = None,
    native: Size | None = None,
) -> tuple[Size, Size]:
    """The (height, width) of the finished pictures, and that in which the model makes them.

    ``size`` is the longer side or (height, width). A model of one native size is scaled. One with a
    ``size_step`` makes what is asked for: its shape is that of the picture that it was
    ``begun_with``, and each side is rounded up to a multiple, scaled back afterwards; ``native``
    says outright how large (of a picture that is made again). Raises UsageError.
    """
    if not card.size_step:
        if isinstance(size, tuple):
            raise UsageError(
                f"{card.id} makes pictures of one shape, {card.size[1]} x {card.size[0]}; give the "
                "longer side alone as size"
            )
        return target_size(card.size, size), card.size
    shape = begun_with or card.size
    if isinstance(size, tuple):
        target = _checked(size)
        wanted = size
    else:
        longer = max(card.size) if size is None else size
        target = target_size(shape, max(DEFAULT, longer) if size is None else size)
        wanted = _scaled(shape, longer)
    return target, _multiples(card, native or wanted, exact=native is not None)


def parse_size(text: str) -> int | Size:
    """``512``, the longer side, or ``768x512``, width and height, in pixels. Raises UsageError."""
    width, by, height = text.lower().partition("x")
    if not all(
        part.isascii() and part.isdecimal() for part in ((width, height) if by else (width,))
    ):
        raise UsageError(f"size is {text!r}; expected pixels, such as 512 or 768x512")
    return (int(height), int(width)) if by else int(width)


def _scaled(shape: Size, longer: int) -> Size:
    height, width = (max(1, round(side * longer / max(shape))) for side in shape)
    return height, width


def _checked(size: Size) -> Size:
    if len(size) != 2 or any(type(s) is not int or not SMALLEST <= s <= LARGEST for s in size):
        raise UsageError(f"size is {size!r}; expected {SMALLEST} to {LARGEST} pixels a side")
    return size


def _multiples(card: Card, size: Size, *, exact: bool) -> Size:
    step = card.size_step
    height, width = (max(1, math.ceil(side / step)) * step for side in size)
    if max(height, width) > LARGEST or (exact and (height, width) != tuple(size)):
        raise UsageError(
            f"{card.id} cannot make {size[1]} x {size[0]} pixels: at most {LARGEST} a side, in "
            f"multiples of {step}"
        )
    return height, width
