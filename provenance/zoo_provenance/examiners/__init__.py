"""The built-in examiners, cheap first. ReplayExaminer is not among them: it needs a generator."""

from __future__ import annotations

from ..evidence import Examiner
from .c2pa import C2paExaminer
from .declared import DeclaredExaminer
from .fingerprint import FingerprintExaminer
from .ledger import LedgerExaminer
from .replay import ReplayExaminer
from .watermark import WatermarkExaminer

BUILT_IN: tuple[Examiner, ...] = (
    LedgerExaminer(),
    C2paExaminer(),
    DeclaredExaminer(),
    WatermarkExaminer(),
    FingerprintExaminer(),
)

__all__ = [
    "BUILT_IN",
    "C2paExaminer",
    "DeclaredExaminer",
    "FingerprintExaminer",
    "LedgerExaminer",
    "ReplayExaminer",
    "WatermarkExaminer",
]
