"""Measures: what ``zoo evaluate`` can say of a set of pictures, known without numpy or torch."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from .errors import PluginError

if TYPE_CHECKING:
    from .evaluation.seen import Seen

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Need(StrEnum):
    """What a measure cannot do without, beside the pictures' features."""

    REFERENCE = "reference"
    """Pictures to compare with."""
    TRAIN = "train"
    """Pictures that the model was trained on."""
    HELD_OUT = "held_out"
    """Pictures of the same data that it was not trained on; given in place of the reference."""
    LOGITS = "logits"
    """An extractor that tells labels apart."""
    LABELS = "labels"
    """The label that each picture was asked for."""
    SPECTRUM = "spectrum"
    """The radial power spectrum of each picture."""


@dataclass(frozen=True)
class Measure:
    """What a measure is. Raises PluginError where a field does not fit.

    ``factory`` is ``module:function``, imported on first use and called without arguments; it
    returns a :class:`MeasureFunction`, or a plain function ``f(seen, reference) -> float``.
    ``better`` says which values are; ``least`` is the number of pictures, of each set, below which
    the value means little, ``least_share`` the fewest of the set as a share of the reference's;
    ``bounds`` are the lowest and highest value there can be.
    """

    name: str
    summary: str
    factory: str
    better: Literal["higher", "lower", "none"] = "none"
    needs: frozenset[Need] = frozenset()
    least: int = 2
    bounds: tuple[float, float] = (-math.inf, math.inf)
    least_share: float = 0.0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not self.summary.strip() or ":" not in self.factory:
            raise PluginError(
                f"measure {self.name!r}: expected a name like kernel_distance, a summary and a "
                f"factory module:function, got {self.factory!r}"
            )
        if self.better not in ("higher", "lower", "none") or self.least < 1:
            raise PluginError(
                f"measure {self.name!r}: expected better higher, lower or none and least 1 or "
                f"more, got {self.better!r} and {self.least}"
            )
        if not 0 <= self.least_share < math.inf:
            raise PluginError(
                f"measure {self.name!r}: least_share {self.least_share}; expected 0 or more"
            )
        if not self.bounds[0] < self.bounds[1]:
            raise PluginError(f"measure {self.name!r}: bounds {self.bounds}; expected low < high")


class Prepared(Protocol):
    """A measure that knows its reference."""

    def __call__(self, seen: Seen) -> float:
        """The value of a set; asked for a whole set first, and for parts of it
        (``seen.take(rows)``) then: ``seen.whole`` and ``seen.rows`` let it reuse work."""
        ...


class MeasureFunction(Protocol):
    """What a measure's factory returns."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        """Whatever is needed once a reference. None is given where ``needs`` does not ask."""
        ...
