"""Names of groups as labels of a packed data set, so that training can use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from zoo.errors import DataError, UsageError

from .card import read_card
from .cluster_files import Assignment
from .pack import Split
from .rewriting import Kept, rewrite

DROP = ("-", "drop")
"""Names that leave a group out."""


def parse_names(words: Sequence[str]) -> dict[int, str]:
    """``["0=apple", "1=-"]`` as names by group. Raises UsageError."""
    names: dict[int, str] = {}
    for word in words:
        group, equals, name = word.partition("=")
        if not equals or not group.strip().isdecimal() or not name.strip():
            raise UsageError(f"--name {word!r}: expected GROUP=NAME, such as 0=apple")
        names[int(group)] = name.strip()
    return names


def write_labels(
    pack: Path, assignment: Assignment, names: Mapping[int, str], out: Path | None = None
) -> dict[str, int]:
    """Write the groups' names as labels into a data set, in place or to ``out``.

    Groups of one name become one label, and pictures of a group named ``-`` or ``drop`` are left
    out. Returns the number of pictures by label. Raises UsageError where a group has no name or a
    name no group, DataError where nothing would be left.
    """
    _check(names, assignment.count)
    labels = list(dict.fromkeys(names[g] for g in sorted(names) if names[g] not in DROP))
    if not labels:
        raise DataError("every group is to be left out; nothing was changed")
    numbers = {name: number for number, name in enumerate(labels)}
    label_of = np.array([numbers.get(names[g], -1) for g in range(assignment.count)], np.int64)
    kept: dict[Split, Kept] = {}
    for split, groups in assignment.of.items():
        found = label_of[groups]
        rows = np.flatnonzero(found >= 0)
        kept[split] = Kept(rows, found[rows])
    rewrite(pack, kept, labels, _change(pack, assignment, names), out)
    counts = sum(np.bincount(part.labels, minlength=len(labels)) for part in kept.values())
    return dict(zip(labels, map(int, np.atleast_1d(counts)), strict=True))


def _check(names: Mapping[int, str], count: int) -> None:
    groups = range(count)
    if unknown := sorted(set(names) - set(groups)):
        raise UsageError(f"there is no group {unknown[0]}; the groups are 0 to {count - 1}")
    if missing := [group for group in groups if not names.get(group)]:
        listed = ", ".join(map(str, missing[:8])) + ("…" if len(missing) > 8 else "")
        raise UsageError(
            f"{len(missing)} of {count} groups have no name: {listed}; "
            "name each, or leave it out with '-'"
        )


def _change(pack: Path, assignment: Assignment, names: Mapping[int, str]) -> dict[str, object]:
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "what": "zoo data cluster: names of groups as labels",
        "groups": dict(assignment.made),
        "names": {str(group): names[group] for group in sorted(names)},
        "labels_before": read_card(pack)["labels"],
    }
