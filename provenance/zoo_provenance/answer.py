"""The answer about one file: the verdict, and the evidence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .evidence import Evidence
from .verdict import Verdict

if TYPE_CHECKING:
    from .look import Look


@dataclass(frozen=True)
class Examination:
    """What was found out about one file; ``sha256`` (hex) is that of the bytes examined. ``look``:
    what they look like, where that was asked."""

    path: Path
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    sha256: str
    look: Look | None = None
