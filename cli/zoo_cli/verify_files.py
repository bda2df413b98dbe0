"""Which files a command is asked about: named ones, folders, globs."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zoo.verifying import Unread
from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import EXAMINED_SUFFIXES, HEAD, sniff

from .output import note, printable

_MOST_NAMED = 3


@dataclass
class Expanded:
    """What arguments stand for: ``files`` in their order, those of a folder or glob sorted by path;
    what names no file at all is listed as unread in its place. ``passed_over``: what is in the
    folders beside pictures.
    """

    files: list[Unread | Path] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)

    def note_passed_over(self) -> None:
        """Tell the person at the terminal, so that no count is wondered at."""
        count = len(self.passed_over)
        if not count:
            return
        names = ", ".join(printable(str(path)) for path in self.passed_over[:_MOST_NAMED])
        more = f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
        what = (
            "1 file that is no picture was" if count == 1 else f"{count} files, no pictures, were"
        )
        note(f"{what} passed over: {names}{more}")


def expand(arguments: list[str]) -> Expanded:
    """The files of the arguments."""
    found = Expanded()
    for argument in arguments:
        _add(argument, found)
    return found


def _add(argument: str, found: Expanded) -> None:
    path = Path(argument)
    if os.path.isdir(argument):  # noqa: PTH112 - Path raises on names that cannot be
        _add_folder(path, found)
    elif os.path.lexists(argument) or not glob.has_magic(argument):
        found.files.append(path)
    else:
        names = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - absolute ones too
        for each in map(Path, names):
            if each.is_dir():
                _add_folder(each, found)
            else:
                found.files.append(each)
        if not names:
            found.files.append(_missing(path, "no file fits this pattern"))


def _add_folder(folder: Path, found: Expanded) -> None:
    """The pictures, recursively, by ending or by what they begin with; links to folders are not
    followed."""
    files: list[Unread | Path] = []
    others: list[Path] = []

    def refused(error: OSError) -> None:
        files.append(_missing(Path(error.filename), f"the folder cannot be read: {error.strerror}"))

    for path in _walk(folder, refused):
        is_picture = path.suffix.lower() in EXAMINED_SUFFIXES or _begins_as_one(path)
        (files if is_picture else others).append(path)
    if not files:
        files.append(_missing(folder, "the folder holds no picture"))
    found.files += sorted(files, key=lambda e: str(e.path if isinstance(e, Unread) else e))
    found.passed_over += sorted(others)


def _walk(folder: Path, refused: Callable[[OSError], object]) -> Iterator[Path]:
    for root, _, names in os.walk(folder, onerror=refused):
        yield from (Path(root, name) for name in names)


def _begins_as_one(path: Path) -> bool:
    """Whether a file of another ending, or none, is a picture: mailers and browsers name them so.
    A pipe is not waited for, and what cannot be read is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return sniff(file.read(HEAD)) is not None
    except (OSError, ValueError):
        return False


def _missing(path: Path, text: str) -> Unread:
    return Unread(path, PictureError(text))
