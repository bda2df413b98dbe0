"""What the files beside an archive say of it: ``labels.json`` and ``index.csv``.

``labels.json`` holds ``classes`` (the labels' names), and may hold ``dataset``, ``version`` and
``licence``. ``index.csv`` has the columns ``key`` (a member's name without folder and ending) and
``class`` (a number in ``classes``). Where there is no index, a member called ``NAME_c07.jpg`` is of
class 7.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from zoo.errors import DataError

from .entry import UnreadableError

_CLASS_IN_NAME = re.compile(r"_c(\d{1,6})$")


@dataclass(frozen=True)
class Description:
    """The labels' names, the class of each member by its key, the data's name and licence."""

    classes: tuple[str, ...] = ()
    index: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    licence: str | None = None

    def label(self, member: str) -> str | None:
        """A member's label by the index or by its name; None where neither is in use.

        Raises UnreadableError where the index does not know it.
        """
        key = PurePosixPath(member).stem
        if self.index:
            if key not in self.index:
                raise UnreadableError("index.csv gives it no class")
            return self.named(self.index[key])
        found = _CLASS_IN_NAME.search(key) if self.classes else None
        return self.named(found[1]) if found else None

    def named(self, label: str) -> str:
        """The name of a class given as a number, where ``classes`` has names; else as it is.

        Raises UnreadableError where there is no such class.
        """
        if not self.classes or not label.isascii() or not label.isdecimal():
            return label
        if int(label) >= len(self.classes):
            raise UnreadableError(f"class {label}, but labels.json has {len(self.classes)}")
        return self.classes[int(label)]


def describe(folder: Path) -> Description:
    """Read what is beside the archives in ``folder``. Raises DataError where it is damaged."""
    path = folder / "labels.json"
    if not path.is_file():
        return Description()
    try:
        table = json.loads(path.read_text("utf-8"))
        classes = tuple(str(name) for name in table["classes"])
        if len(set(classes)) != len(classes) or not all(classes):
            raise ValueError("two classes have one name, or one has none")
        index = _index(folder / "index.csv")
    except (OSError, ValueError, KeyError, TypeError, csv.Error, RecursionError) as error:
        raise DataError(
            f"{path}: expected {{'classes': [names]}}, and index.csv beside it with the columns "
            f"key and class, if any; it does not fit: {error}"
        ) from error
    title = " ".join(_text(table, part) or "" for part in ("dataset", "version")).strip()
    return Description(classes, index, title or None, _text(table, "licence"))


def _index(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        if not {"key", "class"} <= set(rows.fieldnames or ()):
            return {}
        return {row["key"]: str(int(row["class"])) for row in rows}


def _text(table: Mapping[str, Any], name: str) -> str | None:
    value = table.get(name)
    return str(value) if value else None
