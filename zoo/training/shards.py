"""Labelled pictures in tar shards, read into memory as bytes.

A folder holds ``*-train-*.tar`` and ``*-test-*.tar``; ``index.csv`` (columns ``key`` and
``class``) gives each member's label, and ``labels.json`` (``classes``) their names.
"""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from zoo.errors import DataError

MAX_MEMBER_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Pictures:
    """``pixels`` uint8 (N, 3, H, W) and ``labels`` int64 (N,), with the labels' names.

    ``about`` names the data and its licence, as ``labels.json`` gives them.
    """

    pixels: Tensor
    labels: Tensor
    names: tuple[str, ...]
    about: str

    def __len__(self) -> int:
        return len(self.labels)


def load_shards(folder: Path, split: str = "train") -> Pictures:
    """Read one split of a folder of shards."""
    shards = sorted(folder.glob(f"*-{split}-*.tar"))
    if not shards:
        raise DataError(
            f"no *-{split}-*.tar in {folder}; expected tar shards, index.csv and labels.json"
        )
    try:
        table = json.loads((folder / "labels.json").read_text("utf-8"))
        names = tuple(str(name) for name in table["classes"])
        with (folder / "index.csv").open(newline="", encoding="utf-8") as lines:
            label_of = {row["key"]: int(row["class"]) for row in csv.DictReader(lines)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder}: cannot read labels.json and index.csv: {error}") from error
    pixels, labels = [], []
    for shard in shards:
        for key, data in _members(shard):
            if key not in label_of or not 0 <= label_of[key] < len(names):
                raise DataError(f"{shard.name}: {key} has no valid label in index.csv")
            pixels.append(_decode(shard, key, data))
            labels.append(label_of[key])
    try:
        stacked = np.stack(pixels)
    except ValueError as error:
        raise DataError(f"{folder}: pictures differ in size; prepare them to one size") from error
    return Pictures(
        torch.from_numpy(stacked).permute(0, 3, 1, 2).contiguous(),
        torch.tensor(labels),
        names,
        _about(table, folder),
    )


def _about(table: dict[str, Any], folder: Path) -> str:
    name = f"{table.get('dataset', folder.name)} {table.get('version', '')}".strip()
    return f"{name} ({table.get('licence', 'licence unknown')})"


def _members(shard: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(shard) as tar:
            for member in tar:
                if not member.isfile():
                    continue
                if member.size > MAX_MEMBER_BYTES:
                    raise DataError(f"{shard.name}: {member.name} has {member.size} bytes")
                stream = tar.extractfile(member)
                if stream is not None:
                    yield Path(member.name).stem, stream.read()
    except (OSError, tarfile.TarError) as error:
        raise DataError(f"cannot read {shard}: {error}") from error


def _decode(shard: Path, key: str, data: bytes) -> np.ndarray:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{shard.name}: {key} is not a readable picture: {error}") from error
