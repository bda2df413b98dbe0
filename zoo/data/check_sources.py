"""What can be checked: a packed data set, or a folder of pictures before it is packed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from PIL import Image

from zoo.errors import DataError
from zoo.extras import require_models
from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import MAX_BYTES, SUFFIXES, open_picture

from .card import CARD, about, read_card
from .check_measures import Measures, measure
from .pack import Split, load_pack, read_rows

SPLITS: tuple[Split, ...] = ("train", "test")
WHOLE = "pictures"
"""The one split of a folder that is not packed yet."""

_ARCHIVES = (".tar", ".zip")

Advance = Callable[[int], object]


class Source(Protocol):
    """Pictures by split and number. ``labels`` are names, () where there are none."""

    folder: Path
    about: str
    splits: dict[str, int]
    labels: tuple[str, ...]
    packed: bool
    archives: int
    """Archives in a folder; they are looked into when they are packed."""
    history: dict[str, int]
    """What the data card says of packing: pictures skipped, excluded and enlarged."""

    def measures(self, split: str, advance: Advance) -> list[Measures | str]:
        """The measures of each picture, or why it cannot be read."""
        ...

    def label(self, split: str, index: int) -> int: ...

    def name(self, split: str, index: int) -> str: ...

    def image(self, split: str, index: int) -> Image.Image: ...


def open_source(folder: Path) -> Source:
    """A packed data set where there is a data card, else a folder of pictures.

    Raises DataError where ``folder`` is neither.
    """
    if (folder / CARD).exists():
        require_models()
        return PackSource(folder)
    return FolderSource(folder)


class PackSource:
    """A packed data set; its pixels stay on the disk until they are asked for."""

    packed = True
    archives = 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        card = read_card(folder)
        self.about = about(card)
        self.history = {
            "skipped": len(card.get("skipped", [])),
            "excluded": len(card.get("excluded", [])),
            "enlarged": int(card.get("enlarged", 0)),
        }
        held = [split for split in SPLITS if card["counts"].get(split)]
        self._pictures = {split: load_pack(folder, split) for split in held}
        self._rows = {split: list(read_rows(folder, split)) for split in held}
        self.splits = {str(split): len(self._pictures[split]) for split in held}
        self.labels = tuple(str(name) for name in card["labels"])

    def measures(self, split: str, advance: Advance) -> list[Measures | str]:
        rows = self._rows[_split(split)]

        def one(index: int) -> Measures | str:
            found = measure(self.image(split, index), str(rows[index].get("sha256", "")))
            advance(1)
            return found

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(one, range(len(rows))))

    def label(self, split: str, index: int) -> int:
        return int(self._pictures[_split(split)].labels[index])

    def name(self, split: str, index: int) -> str:
        return str(self._rows[_split(split)][index].get("path", f"{split} {index}"))

    def image(self, split: str, index: int) -> Image.Image:
        pixels = self._pictures[_split(split)].pixels[index]
        return Image.fromarray(pixels.permute(1, 2, 0).numpy())


class FolderSource:
    """A folder of pictures, recursively; the first folder below it is a picture's label."""

    packed = False

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataError(
                f"there is no folder {folder}; give a packed data set or a folder of pictures"
            )
        self.folder = folder
        self.about = folder.name
        self.history: dict[str, int] = {}
        self._paths = sorted(_pictures_in(folder))
        if not self._paths:
            raise DataError(
                f"{folder} holds neither a packed data set nor a file with a picture's extension; "
                "archives and lists can be checked once they are packed: zoo data prepare SRC OUT"
            )
        self.archives = sum(1 for path in folder.rglob("*") if path.suffix.lower() in _ARCHIVES)
        self._labels = [_first_folder(path, folder) for path in self._paths]
        self.labels = tuple(sorted({label for label in self._labels if label}))
        self.splits = {WHOLE: len(self._paths)}

    def measures(self, split: str, advance: Advance) -> list[Measures | str]:
        del split

        def one(path: Path) -> Measures | str:
            try:
                data = _read(path)
                return measure(open_picture(data), hashlib.sha256(data).hexdigest())
            except (PictureError, OSError) as error:
                return str(error)
            finally:
                advance(1)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(one, self._paths))

    def label(self, split: str, index: int) -> int:
        del split
        label = self._labels[index]
        return self.labels.index(label) if label else -1

    def name(self, split: str, index: int) -> str:
        del split
        return self._paths[index].relative_to(self.folder).as_posix()

    def image(self, split: str, index: int) -> Image.Image:
        """Grey where the file cannot be read."""
        del split
        try:
            return open_picture(_read(self._paths[index]))
        except (PictureError, OSError):
            return Image.new("RGB", (64, 64), (128, 128, 128))


def _split(name: str) -> Split:
    return "test" if name == "test" else "train"


def _pictures_in(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names if Path(name).suffix.lower() in SUFFIXES)


def _first_folder(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).parts
    return parts[0] if len(parts) > 1 else ""


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
