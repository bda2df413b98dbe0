"""How a tuning goes: how long, how fast, and how strongly it is held."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zoo.errors import UsageError
from zoo.noise import SEED_END
from zoo.training.folder import Length

DEFAULT_LENGTH = Length(images=1000)


@dataclass(frozen=True)
class Plan:
    """Raises UsageError where a field is out of range."""

    length: Length = DEFAULT_LENGTH
    penalty: float = 50.0
    """What a distance of 1 (:func:`zoo.tuning.measures.distance`) costs, in standard deviations of
    the original's reward. 0 does not hold the model at all."""
    learning_rate: float = 3e-5
    """Of the first step; it falls linearly to 0."""
    batch: int = 16
    """Pictures a step."""
    seed: int = 0

    def __post_init__(self) -> None:
        expected = {
            "penalty": (self.penalty >= 0 and math.isfinite(self.penalty), "0 or more"),
            "learning_rate": (0 < self.learning_rate <= 1, "more than 0, at most 1"),
            "batch": (1 <= self.batch <= 1024, "1 to 1024 pictures"),
            "seed": (0 <= self.seed < SEED_END, "0 to 2^63 - 1"),
        }
        for name, (fits, text) in expected.items():
            if not fits:
                raise UsageError(f"{name} is {getattr(self, name)!r}; expected {text}")
