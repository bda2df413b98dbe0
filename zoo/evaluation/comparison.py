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
    the better set, None within noise, where a measure has no better direction, and where there is
    ``no_gain``: what sets them apart lies beyond what real pictures score.
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
    no_gain: bool = False


@dataclass(frozen=True)
class Speed:
    """Pictures a second on ``device``, the median of ``batches`` batches of ``batch``, measured now
    and one model after the other; the network and the scaling alone, without sealing. ``slowest``
    and ``fastest`` are the same of single batches."""

    pictures_per_second: float
    batch: int
    batches: int
    device: str
    threads: int
    slowest: float
    fastest: float

    @property
    def spread(self) -> str:
        """``44.1 (43.9 to 44.3)``: what differs by less than the spread is no difference."""
        ends = f"{self.slowest:.3g} to {self.fastest:.3g}"
        return f"{self.pictures_per_second:.3g} ({ends})"

    @property
    def measured(self) -> str:
        """What was measured, in a sentence without its end."""
        threads = f"{self.threads} {'thread' if self.threads == 1 else 'threads'}"
        return (
            f"pictures a second of the network and the scaling alone, at native size, without "
            f"sealing and writing, {self.batch} pictures at once, on {self.device} with {threads}: "
            f"the median of {self.batches} batches (slowest to fastest), the models taking turns; "
            "what else the machine does slows all"
        )


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
