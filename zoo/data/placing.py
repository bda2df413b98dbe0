"""What the folders that pictures lie in say: their label and their split.

``Apple/1.jpg`` is an apple; ``train/Apple/1.jpg`` is one for training. A single folder around all
the others (as in most archives) says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .pack import Split
from .sources.entry import split_called

Folders = tuple[str, ...]
MAX_LABEL = 100
"""Characters of a label."""


@dataclass(frozen=True)
class Placing:
    """How many folders around everything are passed over, and whether the next is a split."""

    around: int = 0
    splits: bool = False

    def split(self, folders: Folders) -> Split | None:
        inner = folders[self.around :]
        return split_called(inner[0]) if self.splits and inner else None

    def label(self, folders: Folders) -> str | None:
        """The first folder that is neither; None for a picture in no such folder."""
        inner = folders[self.around + self.splits :]
        return as_label(inner[0]) if inner else None


def folders_of(path: str) -> Folders:
    """The folders of a path within a source, without those that lead nowhere."""
    parts = PurePosixPath(path).parent.parts
    return tuple(part for part in parts if part not in ("/", ".", ".."))


def learn_placing(seen: Iterable[Folders]) -> Placing:
    """From the folders of all pictures of a source to what their levels mean.

    The first level is a split where every folder is called after one and at least two splits, or
    labels below one, are there. Pictures beside the folders say nothing.
    """
    paths = {folders for folders in seen if folders}
    around = 0
    while paths and all(len(p) > 1 for p in paths) and len({p[0] for p in paths}) == 1:
        if split_called(next(iter(paths))[0]):
            break
        paths = {p[1:] for p in paths}
        around += 1
    splits = {split_called(p[0]) for p in paths}
    deep = len(splits) > 1 or any(len(p) > 1 for p in paths)
    return Placing(around, splits=bool(splits) and None not in splits and deep)


def as_label(text: str) -> str | None:
    """A label as one short printable line; None where nothing is left of it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:MAX_LABEL] or None
