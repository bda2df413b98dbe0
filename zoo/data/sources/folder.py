"""A folder of pictures, searched with its sub-folders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from zoo.errors import DataError

from .entry import MAX_PICTURE_BYTES, Entry, Kind, UnreadableError, is_picture


@dataclass(frozen=True)
class Folder:
    """Every picture file in ``folder``, sorted by name; links to folders are not followed."""

    path: str
    folder: Path
    kind: Kind = "folder"
    title: str | None = None
    licence: str | None = None
    classes: tuple[str, ...] = ()

    def entries(self) -> Iterator[Entry]:
        total = max(1, sum(1 for _ in self._files()))
        for index, file in enumerate(self._files()):
            name = file.relative_to(self.folder).as_posix()
            yield Entry(name, partial(read_file, file), index / total)

    def digests(self) -> dict[str, str]:
        return {}

    def _files(self) -> Iterator[Path]:
        for file in _walk(self.folder):
            if is_picture(file.relative_to(self.folder).as_posix()):
                yield file


def _walk(folder: Path) -> Iterator[Path]:
    """Files in the order of their names, one folder in memory at a time."""
    try:
        children = sorted(folder.iterdir(), key=lambda child: child.name)
    except OSError as error:
        raise DataError(f"cannot search {folder}: {error.strerror or error}") from error
    for child in children:
        if child.is_dir():
            if not child.is_symlink():
                yield from _walk(child)
        else:
            yield child


def read_file(path: Path) -> bytes:
    """The bytes of a picture file within the cap. Raises UnreadableError."""
    try:
        if not path.is_file():  # a pipe would be waited for
            raise UnreadableError("not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_PICTURE_BYTES + 1)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    if len(data) > MAX_PICTURE_BYTES:
        raise UnreadableError(f"it has more than {MAX_PICTURE_BYTES:,} bytes")
    return data
