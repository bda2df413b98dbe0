"""Pictures of the index, and how others lie on them, as JSON."""

from __future__ import annotations

from typing import Any

from .alignment import Alignment, in_words
from .entry import Entry
from .search import Match


def match_table(match: Match, sha256: str) -> dict[str, Any]:
    """A match as JSON; ``sha256``: of the file under question."""
    return {
        **entry_table(match.entry),
        "same_file": match.entry.sha256 == sha256,
        "alignment": alignment_table(match.alignment),
    }


def entry_table(entry: Entry) -> dict[str, Any]:
    """A picture of the index as JSON, without what only machines compare."""
    return {
        "id": entry.id,
        "path": entry.path,
        "sha256": entry.sha256,
        "added": entry.added,
        "modified": entry.modified,
        "taken": entry.taken,
        "size": list(entry.size),
    }


def alignment_table(alignment: Alignment) -> dict[str, Any]:
    """An alignment as JSON."""
    return {
        "matrix": [list(row) for row in alignment.matrix],
        "box": list(alignment.box),
        "covered": alignment.covered,
        "fills": alignment.fills,
        "mirrored": alignment.mirrored,
        "degrees": round(alignment.degrees, 2),
        "scale": round(alignment.scale, 4),
        "agreement": alignment.agreement,
        "words": in_words(alignment),
    }
