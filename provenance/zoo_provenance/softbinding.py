"""The soft binding: how a manifest names the watermark that leads back to it.

C2PA 2.4, sections 9.3 (soft bindings) and 18.15 (the action ``c2pa.watermarked.bound``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LABEL = "c2pa.soft-binding"
ACTION = "c2pa.watermarked.bound"
ALGORITHM = "org.zoo-generators.watermark.1"
"""The algorithm of :mod:`zoo_provenance.watermark` under its public key. A name of our own: it is
in no register of soft binding algorithms."""
OWN_KEY_ALGORITHM = ALGORITHM + ".own-key"
"""The same under a key of the installation's own: nobody else can read the mark."""


@dataclass(frozen=True)
class SoftBinding:
    """The watermark of a whole picture: ``id``, below 2**40, and whether it is under the
    installation's ``own_key``."""

    id: int
    own_key: bool


def assertion(binding: SoftBinding) -> dict[str, Any]:
    """The assertion for a manifest."""
    algorithm = OWN_KEY_ALGORITHM if binding.own_key else ALGORITHM
    data = {"alg": algorithm, "blocks": [{"scope": {}, "value": f"{binding.id:010x}"}]}
    return {"label": LABEL, "created": True, "data": data}


def binding_of(data: Mapping[str, Any]) -> SoftBinding | None:
    """The soft binding in an assertion's data; None in anybody else's, or a damaged one."""
    algorithm, blocks = data.get("alg"), data.get("blocks")
    if algorithm not in (ALGORITHM, OWN_KEY_ALGORITHM):
        return None
    if not isinstance(blocks, list) or len(blocks) != 1:
        return None
    value = blocks[0].get("value") if isinstance(blocks[0], dict) else None
    known = isinstance(value, str) and re.fullmatch("[0-9a-f]{10}", value)
    return SoftBinding(int(known[0], 16), algorithm == OWN_KEY_ALGORITHM) if known else None
