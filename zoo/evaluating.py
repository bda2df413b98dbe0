"""Evaluating: from the names of sets of pictures to scores with their conditions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .errors import UnknownNameError, UsageError
from .extras import require_models
from .measure import Measure
from .plugins import plugin_manager

if TYPE_CHECKING:
    from .evaluation.result import Evaluation

Watch = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and of how much."""


def evaluate(
    *sets: str | Path,
    against: str | Path | None = None,
    train: str | Path | None = None,
    features: Sequence[str] = (),
    measures: Sequence[str] = (),
    n: int = 5000,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
    cache: Path | None | Literal[False] = None,
    device: str | None = None,
    watch: Watch = lambda what, done, total: None,
) -> tuple[Evaluation, ...]:
    """Measure sets of pictures: one result for each set and each of ``features``.
    """
    raise NotImplementedError
