"""What docs/json.md says of a command, and the keys that JSON holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
FREE = {"record", "options", "details", "versions", "versions_here"}
"""What is in these depends on the picture."""


def section(command: str) -> str:
    (found,) = (s for s in re.split(r"^## ", DOCS, flags=re.MULTILINE) if f"`{command}" in s[:80])
    return found


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in FREE:
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def paths(value: Any, place: str = "") -> Iterator[str]:
    """Where keys are: ``models[].id``. What is in free ones is left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{place}.{key}".lstrip(".")
            yield path
            if key not in FREE:
                yield from paths(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{place}[]")
