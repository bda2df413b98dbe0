"""Errors of anybody's code, on one line."""

from __future__ import annotations

from zoo_provenance.text import clean

from .errors import ZooError


def in_one_line(error: BaseException) -> str:
    """Anybody's error: its type and what it says, on one printable line of some 1,000 characters
    at most. Of Zoo's own, what it says."""
    text = " ".join(clean(error, 1000).split())
    if isinstance(error, ZooError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
