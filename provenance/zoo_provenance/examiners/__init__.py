"""The built-in examiners, cheap first. ReplayExaminer is not among them: it needs a generator."""

from __future__ import annotations

from ..evidence import Examiner
from .c2pa import C2paExaminer
from .declared import DeclaredExaminer
from .fingerprint import FingerprintExaminer
from .ledger import LedgerExaminer
from .replay import ReplayExaminer
from .sd_watermark import SdWatermarkExaminer
from .unread import UnreadMarksExaminer
from .watermark import WatermarkExaminer

BUILT_IN: tuple[Examiner, ...] = (
    LedgerExaminer(),
    C2paExaminer(),
    DeclaredExaminer(),
    WatermarkExaminer(),
    FingerprintExaminer(),
    SdWatermarkExaminer(),
    UnreadMarksExaminer(),
)

__all__ = [
    "BUILT_IN",
    "C2paExaminer",
    "DeclaredExaminer",
    "FingerprintExaminer",
    "LedgerExaminer",
    "ReplayExaminer",
    "SdWatermarkExaminer",
    "UnreadMarksExaminer",
    "WatermarkExaminer",
]
