"""What a preparation is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from zoo.errors import UsageError

from .crop import Crop
from .fit import Fitting
from .sources.urls import read_table

MAX_SIZE = 1024
MAX_FRACTION = 0.9


@dataclass(frozen=True)
class Preparation:
    """``fitting`` makes pictures alike. ``test_fraction`` (0 to 0.9) of each label is held out,
    drawn by ``seed``, unless the sources say what is held out. ``name`` and ``licence`` are for
    the card, where the sources do not say them or say them wrongly. ``labels`` is a CSV file with
    the columns path and label, and licence if any; ``no_labels`` leaves all pictures unlabelled.
    ``allow_untrainable`` takes pictures whose marks forbid training on them.
    """

    fitting: Fitting = field(default_factory=Fitting)
    test_fraction: float = 0.1
    seed: int = 0
    name: str | None = None
    licence: str | None = None
    labels: Path | None = None
    no_labels: bool = False
    allow_untrainable: bool = False

    def check(self) -> None:
        """Raises UsageError where the parts do not fit together or are out of range."""
        if not 8 <= self.fitting.size <= MAX_SIZE:
            raise UsageError(f"--size {self.fitting.size}: expected 8 to {MAX_SIZE} pixels")
        if self.fitting.crop not in get_args(Crop):
            raise UsageError(f"--crop {self.fitting.crop}: expected {', '.join(get_args(Crop))}")
        if not 0 <= self.test_fraction <= MAX_FRACTION:
            raise UsageError(f"--test-fraction {self.test_fraction}: expected 0 to {MAX_FRACTION}")
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"--seed {self.seed}: expected 0 to {2**63 - 1}")
        if self.labels is not None and self.no_labels:
            raise UsageError("--labels and --no-labels contradict each other; give one of them")

    def table(self, words: Sequence[str]) -> dict[str, Any]:
        """All that decides the result, as JSON; two preparations of one table are the same."""
        return {
            "sources": [_absolute(word) for word in words],
            "size": self.fitting.size,
            "crop": self.fitting.crop,
            "denoise": self.fitting.denoise,
            "test-fraction": self.test_fraction,
            "seed": self.seed,
            "name": self.name,
            "licence": self.licence,
            "labels": self.labels and hashlib.sha256(self.labels.read_bytes()).hexdigest(),
            "no-labels": self.no_labels,
            "allow-untrainable": self.allow_untrainable,
        }


@dataclass(frozen=True)
class LabelTable:
    """The rows of a ``--labels`` file by the path of the picture: (label, licence)."""

    rows: dict[str, tuple[str, str]]

    def find(self, *names: str) -> tuple[str, str] | None:
        """The first of these names that the file knows."""
        return next((self.rows[name] for name in names if name in self.rows), None)


def read_labels(file: Path) -> LabelTable:
    """Read a ``--labels`` file. Raises DataError."""
    rows = read_table(file, needed=("path", "label"), others=("licence",))
    return LabelTable({row["path"]: (row["label"], row["licence"]) for row in rows})


def _absolute(word: str) -> str:
    return f"@{Path(word[1:]).resolve()}" if word.startswith("@") else str(Path(word).resolve())
