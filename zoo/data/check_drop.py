"""Acting on a check: the data set without the pictures that have certain problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from zoo.errors import UnknownNameError, UsageError

from .check import DEFAULT_DROP, KINDS, OF_FOLDERS, Report
from .check_sources import Source
from .pack import Split
from .rewriting import SPLITS, Kept, rewrite


def kinds_to_drop(text: str, source: Source) -> tuple[str, ...]:
    """``"blank,duplicates"``, or ``"default"`` for what is always safe to drop.

    Raises UnknownNameError for other names, and UsageError for a folder that is not packed and for
    problems that packed pictures cannot have.
    """
    if not source.packed:
        raise UsageError(
            f"{source.folder} is not packed, and Zoo deletes none of your files; "
            f"pack it, and drop then: zoo data prepare {source.folder} OUT"
        )
    chosen: dict[str, None] = {}
    for name in (part.strip() for part in text.split(",")):
        if name == "default":
            chosen |= dict.fromkeys(DEFAULT_DROP)
        elif name in OF_FOLDERS:
            raise UsageError(f"{name} pictures show before packing only; --drop takes the others")
        elif name in KINDS:
            chosen[name] = None
        else:
            known = [kind for kind in KINDS if kind not in OF_FOLDERS]
            raise UnknownNameError("problem", name, known, f"(default, {', '.join(known)})")
    return tuple(chosen)


def drop(report: Report, kinds: Sequence[str], out: Path | None = None) -> dict[str, int]:
    """Write the data set without the pictures that have problems of these ``kinds``.

    In place, or to ``out``. The data card's ``changes`` get an entry with the settings and the
    names of what was dropped, by kind. Returns how many pictures were dropped, by the first kind
    that fits. Of pictures that repeat each other the first one stays, and of a leak the training
    picture. Raises UsageError for a folder that is not packed, DataError where nothing is left.
    """
    source = report.source
    reasons = _reasons(report, kinds)
    counts = {kind: sum(r == kind for r in reasons.values()) for kind in kinds}
    if not reasons and out is None:
        return counts
    kept = {split: _kept(source, split, reasons) for split in SPLITS if split in source.splits}
    rewrite(source.folder, kept, source.labels, _change(report, reasons), out)
    return counts


def _reasons(report: Report, kinds: Sequence[str]) -> dict[tuple[str, int], str]:
    """Why a picture goes, by (split, number)."""
    reasons: dict[tuple[str, int], str] = {}
    for kind in kinds:
        for problem in report.problems.get(kind, ()):
            reasons.setdefault((problem.split, problem.index), kind)
    return reasons


def _kept(source: Source, split: Split, reasons: Mapping[tuple[str, int], str]) -> Kept:
    rows = [index for index in range(source.splits[split]) if (split, index) not in reasons]
    labels = [source.label(split, index) for index in rows]
    return Kept(np.array(rows, np.int64), np.array(labels, np.int64))


def _change(report: Report, reasons: Mapping[tuple[str, int], str]) -> dict[str, object]:
    dropped: dict[str, list[str]] = {}
    for (split, index), kind in reasons.items():
        dropped.setdefault(kind, []).append(f"{split}: {report.source.name(split, index)}")
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "what": "zoo data check --drop",
        "settings": vars(report.settings),
        "dropped": {
            kind: {"count": len(names), "meaning": report.meaning(kind), "pictures": names}
            for kind, names in dropped.items()
        },
    }
