"""What a comparison of several sets found: differences told from noise, speed, size, people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .result import Better, Evaluation

if TYPE_CHECKING:
    from zoo.rating.human_results import HumanScore


@dataclass(frozen=True)
class Difference:
    """``one`` minus ``other`` in one measure, under the same conditions.

    ``interval`` holds the difference with 95 % confidence for the whole family of ``compared``
    differences together (Bonferroni): it is ``noise`` where it holds 0. ``ahead`` is the name of
    the better set, None within noise or where a measure has no better direction.
    """

    measure: str
    shown: str
    one: str
    other: str
    value: float
    interval: tuple[float, float]
    noise: bool
    ahead: str | None
    better: Better


@dataclass(frozen=True)
class Speed:
    """Pictures a second on ``device``, the median of ``batches`` batches of ``batch``, measured now
    and one model after the other; the network and the scaling alone, without sealing."""

    pictures_per_second: float
    batch: int
    batches: int
    device: str
    threads: int


@dataclass(frozen=True)
class Subject:
    """One of those that are compared.

    ``evaluations`` holds one for each extractor. Speed, ``params`` and ``weight_bytes`` (of the
    files) are None for pictures that no model made here.
    """

    name: str
    evaluations: tuple[Evaluation, ...]
    speed: Speed | None = None
    params: int | None = None
    weight_bytes: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Several subjects, the ``compared`` differences between their scores, and what people said.

    ``sheet`` is a sealed PNG with a column for each model of ``on_sheet``, which share seeds and,
    where all know some, labels; None where none was asked for.
    """

    subjects: tuple[Subject, ...]
    differences: tuple[Difference, ...]
    people: tuple[HumanScore, ...] = ()
    sheet: Path | None = None
    on_sheet: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def compared(self) -> int:
        """How many differences hold together with 95 % confidence."""
        return len(self.differences)
