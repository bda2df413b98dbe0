"""The files of a grouping: which picture is in which group, a sheet a group, a table of names.

::

    groups.json    the groups of all pictures, and of which data set
    groups.csv     group, count, name: to be filled in; "-" or "drop" leaves a group out
    group-000.png  the most and the least typical pictures of a group
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo.errors import DataError, UsageError
from zoo_provenance.atomic import write_atomically

from .card import read_card
from .check_sheet import ACROSS, heading, rows_of, stacked, tile, write_png
from .cluster import Groups
from .pack import Pictures, Split, read_rows
from .rewriting import SPLITS

ASSIGNMENT, TABLE = "groups.json", "groups.csv"
SCHEMA = 1
_TYPICAL, _ODD = 5 * ACROSS, 2 * ACROSS


@dataclass(frozen=True)
class Assignment:
    """Each picture's group by split, as ``groups.json`` keeps it; ``made`` says how."""

    count: int
    of: Mapping[Split, NDArray[np.int64]]
    made: Mapping[str, Any]


def write_assignment(folder: Path, pack: Path, groups: Groups, made: Mapping[str, Any]) -> None:
    """Write ``groups.json`` for the data set in ``pack``. Raises OSError."""
    table = {
        "schema": SCHEMA,
        "data": _identity(pack),
        "count": groups.count,
        "made": dict(made),
        "of": {split: own.tolist() for split, own in groups.of.items()},
    }
    write_atomically(folder / ASSIGNMENT, json.dumps(table).encode())


def read_assignment(folder: Path, pack: Path) -> Assignment:
    """Read ``groups.json``. Raises DataError where it is damaged or of another data set."""
    path = folder / ASSIGNMENT
    again = f"group the pictures again: zoo data cluster {pack} --groups K --sheets {folder}"
    try:
        table = json.loads(path.read_text("utf-8"))
        if table["schema"] != SCHEMA:
            raise ValueError(f"schema {table['schema']}")
        of = {split: np.array(own, np.int64) for split, own in table["of"].items()}
        count, made, data = int(table["count"]), dict(table["made"]), table["data"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{path} is missing or damaged ({error}); {again}") from error
    if data != _identity(pack):
        raise DataError(f"{path} is of other pictures than those in {pack}; {again}")
    if any(len(own) and not 0 <= own.min() <= own.max() < count for own in of.values()):
        raise DataError(f"{path} names groups beyond its {count}; {again}")
    return Assignment(count, of, made)


def check_free(folder: Path) -> None:
    """Raise UsageError where ``folder`` holds a table in which names have been filled in."""
    path = folder / TABLE
    if path.exists() and any(name for name in read_names(path).values()):
        raise UsageError(
            f"{path} holds names already; give them with --names {path}, "
            "or choose another folder for the new groups: --sheets DIR"
        )


def write_table(folder: Path, groups: Groups) -> None:
    """Write ``groups.csv`` with empty names. Raises OSError."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("group", "count", "name"))
    for group, count in enumerate(counts_of(groups.of, groups.count)):
        writer.writerow((group, count, ""))
    write_atomically(folder / TABLE, out.getvalue().encode("utf-8"))


def read_names(path: Path) -> dict[int, str]:
    """The names of a table by group, "" where none is filled in.

    Commas or semicolons part the columns, as spreadsheets write them. Raises DataError.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as UTF-8 text: {error}") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    if not {"group", "name"} <= set(rows.fieldnames or ()):
        raise DataError(f"{path} needs the columns group and name; it has: {first.strip()[:80]}")
    names: dict[int, str] = {}
    for line, row in enumerate(rows, 2):
        group = (row["group"] or "").strip()
        if not group.isdecimal() or int(group) in names:
            raise DataError(f"{path}, line {line}: {group!r} is no group, or is there twice")
        names[int(group)] = (row["name"] or "").strip()
    return names


def write_sheets(folder: Path, pictures: Pictures, groups: Groups) -> list[Path]:
    """Write a sheet for each group of the training split; sheets of an earlier run go.

    They show pictures of a data set, not generated ones, and are plain PNGs. Raises OSError.
    """
    for old in folder.glob("group-[0-9][0-9][0-9]*.png"):
        old.unlink()
    paths = []
    for group in range(groups.count):
        members = np.flatnonzero(groups.of["train"] == group)
        ordered = members[np.argsort(groups.apart["train"][members], kind="stable")]
        path = folder / f"group-{group:03d}.png"
        write_png(_sheet(pictures, ordered, group), path)
        paths.append(path)
    return paths


def counts_of(of: Mapping[Split, NDArray[np.int64]], count: int) -> list[int]:
    """How many pictures of all splits each group has."""
    return [int(n) for n in np.bincount(np.concatenate(list(of.values())), minlength=count)]


def _sheet(pictures: Pictures, ordered: NDArray[np.int64], group: int) -> Image.Image:
    parts = [heading(f"group {group}: {len(ordered):,} pictures", 20)]
    if len(ordered) <= _TYPICAL + _ODD:
        parts.append(rows_of(_tiles(pictures, ordered)))
    else:
        parts += [heading("most typical"), rows_of(_tiles(pictures, ordered[:_TYPICAL]))]
        parts += [heading("least typical"), rows_of(_tiles(pictures, ordered[-_ODD:]))]
    return stacked(parts)


def _tiles(pictures: Pictures, chosen: Sequence[int] | NDArray[np.int64]) -> list[Image.Image]:
    pixels = pictures.pixels
    return [tile(Image.fromarray(pixels[int(i)].permute(1, 2, 0).numpy()), ()) for i in chosen]


def _identity(pack: Path) -> str:
    """What tells one set of pictures from another, whatever their labels: sha256, in hex."""
    found = hashlib.sha256()
    for split in SPLITS:
        if read_card(pack)["counts"].get(split):
            for row in read_rows(pack, split):
                found.update(
                    f"{split} {row.get('sha256')} {row.get('path')}\n".encode(errors="replace")
                )
    return found.hexdigest()
