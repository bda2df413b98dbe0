"""Text from strangers, made harmless."""

from __future__ import annotations


def clean(value: object, limit: int = 200) -> str:
    """Text from a stranger: one printable line of at most ``limit`` characters."""
    text = str(value)[: limit + 1]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
