"""``--report DIR``: what was found, written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .output import note, printable

NUMBERS = "scores.json"


def prepare(folder: Path | None) -> None:
    """Make the folder, before anything is measured. Raises UsageError where that cannot be."""
    from zoo.errors import UsageError

    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"no report can be written to {folder}: {error.strerror or error}; choose another"
        ) from error


def write_numbers(table: dict[str, Any], folder: Path) -> None:
    """The same JSON as --json prints, replacing an earlier one. Raises OSError."""
    from zoo_provenance.atomic import write_atomically

    path = folder / NUMBERS
    write_atomically(path, (json.dumps(table, indent=2) + "\n").encode())
    note(f"report: {printable(str(path))}")
