"""Marking pictures and reading marks: identity, C2PA manifest, fingerprint, ledger, verdict.

Knows no torch, no models and no plugins, so that a news desk need not install them. The names
below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .examination import examine as examine
    from .record import Record as Record
    from .sealing import Sealed as Sealed
    from .sealing import Sealer as Sealer
    from .sealing import seal as seal
    from .source import SourceType as SourceType
    from .verdict import decide as decide

_HOME = {
    "Record": "record",
    "Sealed": "sealing",
    "Sealer": "sealing",
    "SourceType": "source",
    "decide": "verdict",
    "examine": "examination",
    "seal": "sealing",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return list(__all__)
