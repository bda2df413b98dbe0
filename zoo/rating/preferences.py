"""Preferences: a file of comparisons, a line of JSON each, with the pictures beside it.

What ``zoo rate export`` writes and rewards are learnt from; ``docs/rate-statistics.md`` describes
it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo_provenance.atomic import write_atomically

from ..errors import UsageError

SCHEMA = 1


@dataclass(frozen=True)
class Compared:
    """One of two pictures. ``file`` lies relative to the preferences; ``sha256`` is the file's,
    ``pixels_sha256`` that of the pixels that were shown: uint8 RGB, row by row. ``model``,
    ``weights``, ``seed`` and ``index`` make it again, where a model made it."""

    file: str
    sha256: str
    pixels_sha256: str
    set: str
    generated: bool
    label: str | None
    model: str | None = None
    weights: tuple[str, ...] = ()
    seed: int | None = None
    index: int | None = None


@dataclass(frozen=True)
class Comparison:
    """One answer of a rater: ``winner`` is the place among ``pictures``, of which the first was on
    the left."""

    study: str
    rater: int
    milliseconds: int
    winner: int
    pictures: tuple[Compared, Compared]


def write_preferences(comparisons: Sequence[Comparison], path: Path) -> None:
    """One line each. Raises OSError."""
    lines = [json.dumps({"schema": SCHEMA, **dataclasses.asdict(c)}) + "\n" for c in comparisons]
    write_atomically(path, "".join(lines).encode())


def read_preferences(path: Path) -> list[Comparison]:
    """What :func:`write_preferences` wrote. Raises UsageError, which names the line."""
    found = []
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as preferences: {error}") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                found.append(_comparison(json.loads(line)))
            except (TypeError, ValueError, KeyError, RecursionError) as error:
                raise UsageError(
                    f"{path}, line {number}: no comparison as zoo rate export writes them "
                    f"({type(error).__name__}: {error})"
                ) from error
    if not found:
        raise UsageError(f"{path} holds no comparisons")
    return found


def read_picture(preferences: Path, picture: Compared) -> bytes:
    """The picture's file. Raises UsageError where it is missing, or another one."""
    file = preferences.parent / picture.file
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read ({error.strerror}); the pictures lie beside their preferences, "
            "as zoo rate export wrote them"
        ) from error
    if hashlib.sha256(data).hexdigest() != picture.sha256:
        raise UsageError(f"{file} is not the picture that {preferences} names; export them again")
    return data


def _comparison(table: dict[str, Any]) -> Comparison:
    if table.pop("schema") != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA}")
    first, second = (_compared(picture) for picture in table.pop("pictures"))
    found = Comparison(**table, pictures=(first, second))
    if found.winner not in (0, 1):
        raise ValueError(f"winner is {found.winner!r}, not 0 or 1")
    return found


def _compared(table: dict[str, Any]) -> Compared:
    found = Compared(**{**table, "weights": tuple(table.get("weights", ()))})
    if not isinstance(found.file, str) or Path(found.file).is_absolute() or ".." in found.file:
        raise ValueError(f"the picture {found.file!r} does not lie beside its preferences")
    return found
