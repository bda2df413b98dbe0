"""Which files ``zoo verify`` is asked about: named ones, folders, globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from zoo.verifying import Unread
from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import EXAMINED_SUFFIXES


def expand(arguments: list[str]) -> list[Unread | Path]:
    """The files in the order of the arguments; those of a folder or glob sorted by path.

    What names no file at all is listed as unread in its place.
    """
    return [entry for argument in arguments for entry in _expand_one(argument)]


def _expand_one(argument: str) -> Iterator[Unread | Path]:
    path = Path(argument)
    if os.path.isdir(argument):  # noqa: PTH112 - Path raises on names that cannot be
        yield from _folder(path)
    elif os.path.lexists(argument) or not glob.has_magic(argument):
        yield path
    else:
        found = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - absolute ones too
        for name in found:
            yield from _folder(Path(name)) if Path(name).is_dir() else [Path(name)]
        if not found:
            yield _missing(path, "no file fits this pattern")


def _folder(folder: Path) -> Iterator[Unread | Path]:
    """Files with a picture's extension, recursively; links to folders are not followed."""
    found: list[Unread | Path] = []

    def refused(error: OSError) -> None:
        found.append(_missing(Path(error.filename), f"the folder cannot be read: {error.strerror}"))

    for root, _, names in os.walk(folder, onerror=refused):
        found += [
            Path(root, name) for name in names if Path(name).suffix.lower() in EXAMINED_SUFFIXES
        ]
    if not found:
        yield _missing(folder, "the folder holds no file with a picture's extension")
    yield from sorted(found, key=lambda e: str(e.path if isinstance(e, Unread) else e))


def _missing(path: Path, text: str) -> Unread:
    return Unread(path, PictureError(text))
