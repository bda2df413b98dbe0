"""Zoo's own examiners. BUILT_IN, cheap first, are always asked; the others where there is what they
need: a generator for ReplayExaminer, an index for IndexExaminer."""

from __future__ import annotations

from ..evidence import Examiner
from .c2pa import C2paExaminer
from .declared import DeclaredExaminer
from .fingerprint import FingerprintExaminer
from .index import IndexExaminer
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

OURS: tuple[type[Examiner], ...] = (*(type(e) for e in BUILT_IN), IndexExaminer, ReplayExaminer)
"""The classes of all of them. A plugin's examiner with the name of one is told apart from it."""

__all__ = [
    "BUILT_IN",
    "OURS",
    "C2paExaminer",
    "DeclaredExaminer",
    "FingerprintExaminer",
    "IndexExaminer",
    "LedgerExaminer",
    "ReplayExaminer",
    "SdWatermarkExaminer",
    "UnreadMarksExaminer",
    "WatermarkExaminer",
]
