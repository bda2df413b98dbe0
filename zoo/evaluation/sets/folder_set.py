"""A folder of picture files as a set; its sub-folders are labels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from zoo.data.fit import decode
from zoo.data.placing import folders_of, learn_placing
from zoo.data.sources.entry import Entry, UnreadableError
from zoo.data.sources.folder import Folder
from zoo.errors import DataError
from zoo_provenance.errors import PictureError

from .ahead import ahead
from .draw import drawn
from .picture_set import Found, PictureSet, Pixels

AHEAD = 96
"""Files that are decoded before they are asked for, so that neither side waits for the other."""


class FolderSet(PictureSet):
    """The pictures of ``entries``, decoded within the house's caps, upright and on white."""

    def __init__(
        self,
        name: str,
        folder: Path,
        entries: Sequence[Entry],
        labels: Sequence[str] | None,
        digest: str,
        excluded: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(name, digest, [entry.name for entry in entries], labels, excluded)
        self._folder, self._entries = folder, entries

    def file(self, row: int) -> Path:
        return self._folder / self._entries[self.places[row]].path

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        def job(place: int) -> Found:
            return do(decode(self._entries[place].read()))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for place, future in ahead(pool, job, places, AHEAD):
                try:
                    yield place, future.result()
                except (UnreadableError, PictureError) as error:
                    self.leave_out(place, str(error))


def open_folder(name: str, folder: Path, *, n: int, seed: int) -> FolderSet:
    """``n`` pictures of a folder and its sub-folders, or all of them, in the order of their names.

    Every file is read once here, since a set is known by its contents. Raises DataError where no
    picture is found or none can be read.
    """
    every = list(Folder(name, folder).entries())
    if not every:
        raise DataError(f"{folder} holds no pictures, nor do its sub-folders")
    entries = [every[place] for place in drawn(len(every), n, seed)]
    readable, excluded = [], []
    digest = hashlib.sha256(b"files")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for entry, future in ahead(pool, _sha256, entries, AHEAD):
            try:
                digest.update(future.result())
                readable.append(entry)
            except UnreadableError as error:
                excluded.append((entry.name, str(error)))
    if not readable:
        raise DataError(f"no picture in {folder} can be read: {': '.join(excluded[0])}")
    return FolderSet(name, folder, readable, _labels(every, readable), digest.hexdigest(), excluded)


def _sha256(entry: Entry) -> bytes:
    return hashlib.sha256(entry.read()).digest()


def _labels(every: Iterable[Entry], chosen: Iterable[Entry]) -> list[str] | None:
    """A label each, from the sub-folders; None where some picture lies in none."""
    placing = learn_placing(folders_of(entry.path) for entry in every)
    labels = [placing.label(folders_of(entry.path)) for entry in chosen]
    known = [label for label in labels if label is not None]
    return known if len(known) == len(labels) else None
