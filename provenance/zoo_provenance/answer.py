"""The answer about one file: the verdict, and the evidence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .evidence import Evidence
from .verdict import Verdict


@dataclass(frozen=True)
class Examination:
    """What was found out about one file; ``sha256`` (hex) is that of the bytes examined."""

    path: Path
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    sha256: str
