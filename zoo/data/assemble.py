"""From a finished journal to a packed data set: the files of each split, and the card last."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from zoo.errors import DataError
from zoo_provenance.manifest import zoo_version

from .card import SCHEMA, UNKNOWN, write_card
from .fit import RESIZE
from .journal import Journal
from .labelling import SPLITS, Placed, place_all
from .options import Preparation
from .sources.entry import Source
from .writing import write_split

BLOCK = 1024
"""Pictures in memory at once."""
NO_LABEL = "it has no label, and others have one (--no-labels takes all of them without)"


class NothingLeftError(DataError):
    """No picture of the sources can be used."""


def assemble(
    out: Path, journal: Journal, sources: Sequence[Source], plan: Preparation, created: str
) -> dict[str, Any]:
    """Write the data set and return its card. Raises NothingLeftError."""
    placed = place_all(lambda: _kept(journal), sources, plan)
    usable = placed.labels >= 0
    if not usable.any():
        raise NothingLeftError(_nothing(journal))
    files: dict[str, str] = {}
    licences: Counter[str] = Counter()
    for split, tested in zip(SPLITS, (False, True), strict=True):
        chosen = usable & (placed.tested == tested)
        if chosen.any():
            rows = _described(journal, sources, plan, placed, chosen, licences)
            blocks = _blocks(journal, np.flatnonzero(chosen))
            size = plan.fitting.size
            files |= write_split(out, split, blocks, placed.labels[chosen], rows, size)
    card = {
        "schema": SCHEMA,
        "name": plan.name or _title(sources) or out.resolve().name,
        "created": created,
        "zoo": zoo_version(),
        "size": plan.fitting.size,
        "labels": list(placed.names),
        "licences": dict(sorted(licences.items(), key=lambda item: (-item[1], item[0]))),
        **_counts(placed, usable),
        "enlarged": sum(
            row["enlarged"] for row, use in zip(_kept(journal), usable, strict=True) if use
        ),
        "crop": plan.fitting.crop,
        "resize": RESIZE,
        "denoise": "median of 3x3" if plan.fitting.denoise else None,
        "split": {"given": placed.given, "seed": plan.seed, "fraction": plan.test_fraction},
        "sources": _sources(journal, sources),
        "skipped": [*_left_out(journal, "skipped"), *_unlabelled(journal, usable)],
        "excluded": list(_left_out(journal, "excluded")),
        "files": files,
    }
    write_card(out, card)
    return card


def _kept(journal: Journal) -> Iterator[dict[str, Any]]:
    return (row for row in journal.rows() if row["state"] == "kept")


def _blocks(journal: Journal, chosen: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(chosen), BLOCK):
        # Mapped anew each time: one map would keep all that was read in memory.
        yield journal.frames()[chosen[start : start + BLOCK]]


def _described(
    journal: Journal,
    sources: Sequence[Source],
    plan: Preparation,
    placed: Placed,
    chosen: np.ndarray,
    licences: Counter[str],
) -> Iterator[dict[str, Any]]:
    """The rows of a split's list; their licences are counted on the way."""
    for number, row in enumerate(_kept(journal)):
        if not chosen[number]:
            continue
        of_source = plan.licence or sources[row["source"]].licence
        licence = row["licence"] or of_source or UNKNOWN
        licences[licence] += 1
        yield {
            "source": row["source"],
            "path": _name(row),
            "sha256": row["sha256"],
            "licence": licence,
            "label": placed.names[placed.labels[number]] if placed.names else None,
        }


def _counts(placed: Placed, usable: np.ndarray) -> dict[str, Any]:
    groups = {
        split: np.bincount(
            placed.labels[usable & (placed.tested == tested)], minlength=max(1, len(placed.names))
        )
        for split, tested in zip(SPLITS, (False, True), strict=True)
    }
    return {
        "counts": {split: int(counts.sum()) for split, counts in groups.items()},
        "by_label": {
            name: {split: int(counts[number]) for split, counts in groups.items()}
            for number, name in enumerate(placed.names)
        },
    }


def _sources(journal: Journal, sources: Sequence[Source]) -> list[dict[str, Any]]:
    """What was read of each: ``sha256`` is that of the lines ``SHA256  PATH`` of its pictures."""
    lists = [hashlib.sha256() for _ in sources]
    counts: Counter[int] = Counter()
    for row in journal.rows():
        number = row["source"]
        counts[number] += row["state"] == "kept"
        if row["sha256"]:
            lists[number].update(
                f"{row['sha256']}  {_name(row)}\n".encode(errors="surrogateescape")
            )
    return [
        {
            "kind": source.kind,
            "path": source.path,
            "pictures": counts[number],
            "sha256": lists[number].hexdigest(),
            "files": source.digests(),
        }
        for number, source in enumerate(sources)
    ]


def _left_out(journal: Journal, state: Literal["skipped", "excluded"]) -> Iterator[dict[str, Any]]:
    for row in journal.rows():
        if row["state"] == state:
            yield _reason(row, row["reason"])


def _unlabelled(journal: Journal, usable: np.ndarray) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(_kept(journal)):
        if not usable[number]:
            yield _reason(row, NO_LABEL)


def _reason(row: dict[str, Any], reason: str) -> dict[str, Any]:
    return {"source": row["source"], "path": _name(row), "reason": reason}


def _name(row: dict[str, Any]) -> str:
    return f"{row['archive']}/{row['path']}" if row["archive"] else str(row["path"])


def _title(sources: Sequence[Source]) -> str | None:
    titles = dict.fromkeys(source.title for source in sources)
    return next(iter(titles)) if len(titles) == 1 else None


def _nothing(journal: Journal) -> str:
    first = next(journal.rows(), None)
    if first is None:
        return "there is no picture in any of the sources"
    why = first.get("reason", NO_LABEL)
    return f"none of {journal.count:,} pictures can be used; {_name(first)}: {why}"
