"""Whether pictures fit a network."""

from __future__ import annotations

from zoo.errors import UsageError


def check_multiple(size: int, step: int) -> None:
    """UsageError where pictures of ``size`` pixels a side are no multiple of ``step``."""
    if size % step:
        raise UsageError(
            f"pictures of {size} pixels do not fit: this recipe needs a multiple of {step}; "
            "prepare the data with another --size"
        )
