"""What a source of pictures gives: one entry a picture, in an order that never changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, Protocol

from zoo.data.pack import Split
from zoo_provenance.pictures import SUFFIXES

Kind = Literal["folder", "tar", "zip", "urls"]

MAX_PICTURE_BYTES = 64 * 2**20
"""Of one picture file. Several are in memory at once, one for each job and some waiting."""

_SPLITS: dict[str, Split] = {
    "train": "train", "training": "train",
    "test": "test", "testing": "test", "val": "test", "valid": "test", "validation": "test",
}  # fmt: skip


class UnreadableError(Exception):
    """A picture's bytes cannot be had; the message says why. It is reported and skipped."""


@dataclass(frozen=True)
class Entry:
    """One picture of a source, not yet read.

    ``path`` is its name within the source, or within ``archive`` where the source is a folder of
    archives. ``label``, ``split`` and ``licence`` are what the source says of this very picture.
    Where it says no label, the folders in ``path`` may (``in_folders``). ``done`` is the fraction
    of the source that lies before this picture, for the progress bar. ``read`` gives the file's
    bytes and raises UnreadableError; it may be called on another thread. ``held`` is how many of
    them are in memory already.
    """

    path: str
    read: Callable[[], bytes]
    done: float
    archive: str = ""
    label: str | None = None
    split: Split | None = None
    licence: str | None = None
    in_folders: bool = True
    held: int = 0

    @property
    def name(self) -> str:
        """The path within the whole source."""
        return f"{self.archive}/{self.path}" if self.archive else self.path


class Source(Protocol):
    """A folder, an archive or several, or a list of URLs."""

    @property
    def kind(self) -> Kind: ...

    @property
    def path(self) -> str:
        """As it was given."""

    @property
    def title(self) -> str | None:
        """What the source calls its data, where it does."""

    @property
    def licence(self) -> str | None:
        """The licence that the source states for all of its pictures, where it does."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels' names in the source's own order; () where it has none."""

    def entries(self) -> Iterator[Entry]:
        """Every picture, in the same order each time."""

    def digests(self) -> dict[str, str]:
        """sha256 (hex) of each file that the source consists of, once ``entries`` is at its end.

        Empty for a folder: its pictures' digests are in the list of the data set.
        """


def refuse(reason: str) -> Callable[[], bytes]:
    """A ``read`` for a picture that is known to be unreadable."""

    def read() -> bytes:
        raise UnreadableError(reason)

    return read


def is_picture(path: str) -> bool:
    """Whether a path within a source names a picture, and not a hidden or auxiliary file."""
    parts = PurePosixPath(path).parts
    hidden = any(p.startswith(".") and p not in (".", "..") for p in parts)
    return (
        not hidden and "__MACOSX" not in parts and PurePosixPath(path).suffix.casefold() in SUFFIXES
    )


def split_called(name: str) -> Split | None:
    """The split that a folder of this name holds: ``train``, ``Test``, ``validation`` …"""
    return _SPLITS.get(name.casefold())


def split_of_archive(name: str) -> Split | None:
    """The split in an archive's name: ``fruits-train-00001.tar``, ``test.zip``."""
    words = re.split(r"[-_.]", name)
    return next((s for word in words if (s := split_called(word))), None)
