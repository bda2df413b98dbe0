"""The soft binding: how a manifest names the watermark that leads back to it.

C2PA 2.4, sections 9.3 (soft bindings) and 18.15 (the action ``c2pa.watermarked.bound``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LABEL = "c2pa.soft-binding"
ACTION = "c2pa.watermarked.bound"
ALGORITHM = "org.zoo-generators.watermark.1"
"""The algorithm of :mod:`zoo_provenance.watermark` under its public key. A name of our own: it is
in no register of soft binding algorithms."""


def assertion(id: str) -> dict[str, Any]:
    """The assertion for a whole picture whose watermark carries ``id`` (ten hex digits)."""
    data = {"alg": ALGORITHM, "blocks": [{"scope": {}, "value": id}]}
    return {"label": LABEL, "created": True, "data": data}


def bound_id(data: Mapping[str, Any]) -> int | None:
    """The id in the data of a soft binding of ours; None in anybody else's, or a damaged one."""
    blocks = data.get("blocks")
    if data.get("alg") != ALGORITHM or not isinstance(blocks, list) or len(blocks) != 1:
        return None
    value = blocks[0].get("value") if isinstance(blocks[0], dict) else None
    known = isinstance(value, str) and re.fullmatch("[0-9a-f]{10}", value)
    return int(known[0], 16) if known else None
