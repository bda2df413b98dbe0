"""``log.jsonl``: one JSON object a line, and the means that stand in it.

Rows have ``step``, ``images`` and ``seconds``, and one of: ``figures`` (means since the row before,
with ``rate``, pictures a second, and ``lr``, the learning rate of each phase); ``held_out``;
``copies``; ``warning`` with its ``kind``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from torch import Tensor

from zoo_provenance.atomic import write_atomically

from .trainable import Figures

LOG = "log.jsonl"
DIGITS = 6


class Log:
    """The rows of a run, in memory and in its folder. Only the leading process writes."""

    def __init__(self, folder: Path, *, writes: bool) -> None:
        self.path, self.writes = folder / LOG, writes
        self.rows: list[dict[str, Any]] = []

    def resume(self, step: int) -> None:
        """Read the rows up to ``step``; later ones, of steps that were lost, are dropped."""
        if not self.path.is_file():
            return
        for line in self.path.read_text("utf-8", "replace").splitlines():
            try:
                row = json.loads(line)
                if row["step"] <= step:
                    self.rows.append(row)
            except (ValueError, KeyError, TypeError):
                continue  # the last line before a kill may be half a line
        if self.writes:
            text = "".join(json.dumps(row) + "\n" for row in self.rows)
            write_atomically(self.path, text.encode())

    def add(self, row: dict[str, Any]) -> None:
        """Append one row; numbers are rounded to six significant digits."""
        row = _rounded(row)
        self.rows.append(row)
        if self.writes:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")

    def warned(self, kind: str) -> bool:
        """Whether a warning of this kind stands in it."""
        return any(row.get("kind") == kind for row in self.rows)


class Means:
    """Running means of figures; tensors are read only when they are taken."""

    def __init__(self) -> None:
        self._sums: dict[str, float | Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, figures: Figures) -> None:
        for name, value in figures.items():
            value = value.detach() if isinstance(value, Tensor) else value
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1

    def take(self) -> dict[str, float]:
        """The means since the last time."""
        means = {name: float(total) / self._counts[name] for name, total in self._sums.items()}
        self._sums, self._counts = {}, {}
        return means


def plain(figures: Figures) -> dict[str, float]:
    """The figures as numbers."""
    return {
        name: float(value.detach() if isinstance(value, Tensor) else value)
        for name, value in figures.items()
    }


class Meter:
    """Pictures a second over the last half minute or so."""

    SECONDS = 30

    def __init__(self) -> None:
        self.marks: list[tuple[float, int]] = []

    def rate(self, seconds: float, images: int) -> float:
        """The rate once ``images`` were seen at ``seconds``; 0 at the first call."""
        self.marks.append((seconds, images))
        while len(self.marks) > 2 and seconds - self.marks[0][0] > self.SECONDS:
            self.marks.pop(0)
        (t0, n0), (t1, n1) = self.marks[0], self.marks[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 else 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None  # JSON has no infinity
