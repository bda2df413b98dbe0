"""A list of pictures on the network: a CSV or TSV with the columns url, licence and, if any, label.

A row without a licence is refused: nobody may train on a picture whose terms are unknown.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from zoo.errors import DataError

from .entry import Entry, Kind, refuse
from .fetch import fetch


@dataclass(frozen=True)
class Urls:
    """The pictures that the rows of ``file`` name, in its order."""

    path: str
    file: Path
    rows: tuple[dict[str, str], ...]
    kind: Kind = "urls"
    title: str | None = None
    licence: str | None = None
    classes: tuple[str, ...] = ()
    _digests: dict[str, str] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        for index, row in enumerate(self.rows):
            url, licence = row["url"], row["licence"]
            yield Entry(
                url,
                partial(fetch, url) if licence else refuse("the list gives it no licence"),
                index / len(self.rows),
                label=row["label"] or None,
                licence=licence or None,
                in_folders=False,
            )
        self._digests[self.file.name] = hashlib.sha256(self.file.read_bytes()).hexdigest()

    def digests(self) -> dict[str, str]:
        return dict(self._digests)


def read_urls(path: str, file: Path) -> Urls:
    """Read a list of URLs; nothing is fetched yet. Raises DataError."""
    rows = read_table(file, needed=("url", "licence"), others=("label",))
    if not rows:
        raise DataError(f"{file} names no picture")
    return Urls(path, file, tuple(rows))


def read_table(
    file: Path, needed: tuple[str, ...], others: tuple[str, ...]
) -> list[dict[str, str]]:
    """The rows of a CSV (or, by its name, TSV) file: these columns only, stripped, "" if missing.

    Raises DataError where the file cannot be read or a needed column is missing.
    """
    delimiter = "\t" if file.suffix.casefold() == ".tsv" else ","
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            table = csv.DictReader(lines, delimiter=delimiter)
            known = table.fieldnames or ()
            if missing := [name for name in needed if name not in known]:
                raise DataError(
                    f"{file} has no column {' and no column '.join(missing)}; its first line must "
                    f"name the columns {', '.join(needed)} and may name {', '.join(others)}"
                )
            return [{n: (row.get(n) or "").strip() for n in (*needed, *others)} for row in table]
    except (OSError, ValueError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {file}: {why}") from error
