"""Reading a packed data set: a folder of one card and, per split, one tensor file and one list.

::

    data.json           the data card, written last: a folder without it is no finished data set
    train.safetensors   pixels uint8 (N, 3, S, S) and labels int64 (N,)
    train.jsonl         line i says what picture i was: source, path, sha256, licence, label
    test.safetensors    the same of the held-out pictures; both are missing where there are none
    test.jsonl
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from zoo.errors import DataError

from .card import about, read_card

if TYPE_CHECKING:
    from torch import Tensor

Split = Literal["train", "test"]


@dataclass(frozen=True)
class Pictures:
    """``pixels`` uint8 (N, 3, S, S), RGB, memory-mapped, and ``labels`` int64 (N,).

    ``names`` are the labels' names, ``()`` where the pictures are unlabelled (all ``labels`` are 0
    then). ``about`` names the data and its licence: ``"Discs (CC0-1.0)"``.
    """

    pixels: Tensor
    labels: Tensor
    names: tuple[str, ...]
    about: str

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def size(self) -> int:
        """The side of a picture in pixels."""
        return int(self.pixels.shape[-1])


def load_pack(folder: Path, split: Split = "train") -> Pictures:
    """Map one split of a packed data set into memory; pixels are read when they are used.

    Raises DataError where ``folder`` is no packed data set, is not finished, has no such split, or
    does not hold what its card says.
    """
    card = read_card(folder)
    path = folder / f"{split}.safetensors"
    count = int(card["counts"].get(split, 0))
    if not count:
        raise DataError(
            f"{folder} has no {split} pictures; prepare it again with another --test-fraction"
        )
    size = int(card["size"])
    names = tuple(str(name) for name in card["labels"])
    tensors = _map(path)
    pixels, labels = tensors.get("pixels"), tensors.get("labels")
    if pixels is None or labels is None or tuple(pixels.shape) != (count, 3, size, size):
        raise _changed(path, f"the card promises {count:,} pictures of {size} x {size}")
    if tuple(labels.shape) != (count,) or not 0 <= int(labels.min()) <= int(labels.max()) < max(
        1, len(names)
    ):
        raise _changed(path, f"the card promises {count:,} labels below {max(1, len(names))}")
    return Pictures(pixels, labels, names, about(card))


def read_rows(folder: Path, split: Split = "train") -> Iterator[dict[str, Any]]:
    """What each picture of a split was, in order: ``source`` (its number in the card's list),
    ``path``, ``sha256`` (of the file it came from), ``licence``, ``label`` (a name or None).

    Raises DataError where the list is missing or damaged.
    """
    path = folder / f"{split}.jsonl"
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise TypeError(f"not a row: {line[:40]!r}")
                yield row
    except (OSError, ValueError, TypeError) as error:
        raise _changed(path, str(error)) from error


def _map(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError) as error:
        raise _changed(path, str(error)) from error


def _changed(path: Path, why: str) -> DataError:
    return DataError(
        f"{path} is missing or not as it was prepared ({why}); "
        "make the data set again: zoo data prepare SRC OUT"
    )
