"""JSON in a stranger's text."""

from __future__ import annotations

import json
from typing import Any


def as_mapping(text: str) -> dict[str, Any] | None:
    """The object that a text holds as JSON, or None."""
    text = text.strip()
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
