"""A packed data set as a set of pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.data.card import read_card
from zoo.data.pack import Split, load_pack
from zoo.errors import UsageError

from .draw import drawn
from .picture_set import Found, PictureSet, Pixels

if TYPE_CHECKING:
    from torch import Tensor

_BLOCK = 256


class PackSet(PictureSet):
    """``pixels`` uint8 (N, 3, S, S) of a ``split`` of the pack in ``folder``, of which ``rows``
    belong to the set."""

    def __init__(
        self,
        name: str,
        folder: Path,
        split: Split,
        pixels: Tensor,
        rows: Sequence[int],
        labels: Sequence[str] | None,
    ) -> None:
        digest = hashlib.sha256(f"pack {tuple(pixels.shape[1:])}".encode())
        for start in range(0, len(rows), _BLOCK):
            digest.update(pixels[list(rows[start : start + _BLOCK])].numpy().tobytes())
        super().__init__(name, digest.hexdigest(), [f"picture {row}" for row in rows], labels)
        self.folder, self.split = folder, split
        self._pixels, self._rows = pixels, rows

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        for place in places:
            picture = self._pixels[self._rows[place]].permute(1, 2, 0)
            yield place, do(picture.contiguous().numpy())


def open_pack(name: str, folder: Path, split: Split, *, n: int, seed: int) -> PackSet:
    """``n`` pictures of a split, or all of them. Raises DataError, UsageError without the split."""
    from zoo.extras import require_models

    counts = read_card(folder)["counts"]
    if not counts.get(split):
        there = [f"{folder}:{other}" for other, count in counts.items() if count]
        raise UsageError(
            f"{folder} has no {split} pictures; it has {' and '.join(there) or 'none at all'}"
        )
    require_models()
    pictures = load_pack(folder, split)
    rows = drawn(len(pictures), n, seed)
    labels = [pictures.names[pictures.labels[row]] for row in rows] if pictures.names else None
    shown = name if name.endswith(f":{split}") else f"{name}:{split}"
    return PackSet(shown, folder, split, pictures.pixels, rows, labels)
