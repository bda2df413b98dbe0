"""Printing: results on stdout, the rest on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_result(text: str) -> None:
    """One line or block of the result, on stdout."""
    print(text)  # noqa: T201


def print_json(table: dict[str, Any]) -> None:
    """The result as JSON, on stdout, in ASCII: any terminal or pipe takes it. It has a schema."""
    print(json.dumps(table, indent=2))  # noqa: T201


def note(text: str) -> None:
    """A remark for the person at the terminal, on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


def printable(text: str) -> str:
    """Text from a stranger (a manifest, a file name) without control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
