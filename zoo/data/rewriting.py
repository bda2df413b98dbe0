"""Changing a packed data set: fewer pictures, or other labels.

The new one is written whole beside the old one and then takes its name. A process that is killed
in between leaves the old one, or the new one, or for a moment the old one under a name of its own,
which :func:`recover` gives back.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.errors import DataError

from .card import CARD, UNKNOWN, read_card, write_card
from .pack import Pictures, Split, load_pack, read_rows
from .writing import write_split

SPLITS: tuple[Split, ...] = ("train", "test")
_BLOCK = 1024
_FILES = {CARD, *(f"{split}.{kind}" for split in SPLITS for kind in ("safetensors", "jsonl"))}


@dataclass(frozen=True)
class Kept:
    """What stays of a split: ``rows`` (n,), ascending numbers of its pictures, and their new
    ``labels`` (n,).
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]


def rewrite(
    folder: Path,
    kept: Mapping[Split, Kept],
    names: Sequence[str],
    change: Mapping[str, Any],
    out: Path | None = None,
) -> Path:
    """Write the data set with what is kept of it, in place or to ``out``; returns its folder.

    ``names`` are the labels' names, () for unlabelled. ``change`` is added to the card's list of
    changes. Raises DataError where no training picture would be left or ``out`` is in the way, and
    OSError; the data set is as it was then.
    """
    if not len(kept["train"].rows):
        raise DataError("no training picture would be left; nothing was changed")
    if out is not None and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise DataError(f"{out} is already there; choose a folder that is not")
    target = (folder if out is None else out).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(6)}.new")
    try:
        beside.mkdir()
        _write(folder, kept, names, change, beside)
        _replace(target, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder if out is None else out


def recover(folder: Path) -> None:
    """Give a data set its name back, if a process was killed while it was being replaced."""
    if not folder.exists():
        place = folder.absolute()
        left = [old for old in place.parent.glob(f".{place.name}.*.old") if (old / CARD).exists()]
        if left:
            left[0].rename(place)


def _write(
    folder: Path,
    kept: Mapping[Split, Kept],
    names: Sequence[str],
    change: Mapping[str, Any],
    new: Path,
) -> None:
    card = read_card(folder)
    files: dict[str, str] = {}
    licences: Counter[str] = Counter()
    for split, part in kept.items():
        if len(part.rows):
            pictures = load_pack(folder, split)
            rows = _rows(folder, split, part, names, licences)
            blocks = _blocks(pictures, part.rows)
            files |= write_split(new, split, blocks, part.labels, rows, pictures.size)
    write_card(new, {
        **card,
        "labels": list(names),
        "licences": dict(sorted(licences.items(), key=lambda item: (-item[1], item[0]))),
        **_counts(kept, names),
        "files": files,
        "changes": [*card.get("changes", []), dict(change)],
    })  # fmt: skip


def _counts(kept: Mapping[Split, Kept], names: Sequence[str]) -> dict[str, Any]:
    by_split = {
        split: np.bincount(part.labels, minlength=max(1, len(names)))
        for split, part in kept.items()
    }
    return {
        "counts": {split: int(by_split[split].sum()) if split in kept else 0 for split in SPLITS},
        "by_label": {
            name: {split: int(counts[number]) for split, counts in by_split.items()}
            for number, name in enumerate(names)
        },
    }


def _blocks(pictures: Pictures, rows: NDArray[np.int64]) -> Iterator[np.ndarray]:
    pixels = pictures.pixels.numpy()
    for start in range(0, len(rows), _BLOCK):
        yield pixels[rows[start : start + _BLOCK]]


def _rows(
    folder: Path, split: Split, part: Kept, names: Sequence[str], licences: Counter[str]
) -> Iterator[Mapping[str, Any]]:
    """The lines of what is kept, with their new labels; their licences are counted on the way."""
    labels = dict(zip(part.rows.tolist(), part.labels.tolist(), strict=True))
    for number, row in enumerate(read_rows(folder, split)):
        if number in labels:
            licences[str(row.get("licence") or UNKNOWN)] += 1
            yield {**row, "label": names[labels[number]] if names else None}


def _replace(target: Path, new: Path) -> None:
    """Let ``new`` take the name of ``target``, and keep what else somebody put into it."""
    if not target.exists():
        new.rename(target)
        return
    old = target.with_name(f".{target.name}.{secrets.token_hex(6)}.old")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    for entry in old.iterdir():
        if entry.name not in _FILES:
            entry.rename(target / entry.name)
    shutil.rmtree(old)
