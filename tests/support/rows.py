"""Rows of a ledger, made up."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zoo_provenance.ledger import Row, State


def make_row(id: int, path: Path, data: bytes) -> Row:
    digest = hashlib.sha256(data)
    return Row(
        id=id,
        created="2026-01-02T03:04:05Z",
        path=str(path),
        sha256=digest.hexdigest(),
        fingerprint=digest.digest(),
        thumbnail=digest.digest() * 128,
        source_type="ai",
        record='{"model":"m","schema":1}',
        manifest=b"manifest of " + data,
        state=State.WRITTEN,
    )
