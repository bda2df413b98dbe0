"""Which subsamples intervals come from, and of which sets."""

from __future__ import annotations

from collections.abc import Sequence

from .result import Evaluation


def subsamples(evaluations: Sequence[Evaluation]) -> list[tuple[int, int, str]]:
    """(count, size, sets) of each kind; the sets are "" where one kind is that of all."""
    found: dict[tuple[int, int], dict[str, None]] = {}
    for each in evaluations:
        kind = each.conditions.subsamples, each.conditions.subsample_size
        found.setdefault(kind, {})[each.set] = None
    return [
        (count, size, ", ".join(sets) if len(found) > 1 else "")
        for (count, size), sets in sorted(found.items())
        if count
    ]
