"""The ingredients of a picture as a tree: what each is, what its credentials are worth, and what
it was made from in turn (C2PA Technical Specification 2.4, section 9).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from .ancestry import MAX_DEPTH, source_types_of, state_of
from .credentials import Store
from .statuses import ingredients_of
from .text import clean

MAX_INGREDIENTS = 64
MAX_TERMS = 8


def ingredient_tree(store: Store) -> tuple[list[dict[str, Any]], bool]:
    """The ingredients of the active manifest, as JSON, and whether some were left out.

    Each has ``title``, ``relationship`` and ``state`` (intact, untrusted, tampered or
    without-credentials) and ``ingredients``, and where there are any ``generator``, ``signer`` and
    ``source_types`` (its own, without those of what it was made from). The signer is named only
    where its certificate is trusted and the ingredient intact; the other strings are anybody's.

    At most 64 in 16 levels, those nearest to the picture first.
    """
    roots: list[dict[str, Any]] = []
    queue = deque([(store.active, roots, 1)])
    count = 0
    while queue:
        label, place, depth = queue.popleft()
        for ingredient in ingredients_of(store.manifests.get(label, {})):
            if count == MAX_INGREDIENTS or depth > MAX_DEPTH:
                return roots, True
            count += 1
            node = _node(ingredient, store)
            place.append(node)
            queue.append((_label(ingredient), node["ingredients"], depth + 1))
    return roots, False


def signer_of(manifest: Mapping[str, Any]) -> str:
    """The names in the certificate that signed. Only a trusted one's are to be shown."""
    signature = manifest.get("signature_info")
    signature = signature if isinstance(signature, dict) else {}
    names = [signature.get(key) for key in ("common_name", "issuer")]
    return ", ".join(dict.fromkeys(clean(n, 100) for n in names if n)) or "a trusted signer"


def generator_of(manifest: Mapping[str, Any]) -> str | None:
    """The program that a manifest says it was made with."""
    info = manifest.get("claim_generator_info")
    first = info[0] if isinstance(info, list) and info else {}
    if isinstance(first, dict) and first.get("name"):
        return clean(f"{first['name']} {first.get('version', '')}".strip())
    old = manifest.get("claim_generator")
    return clean(old) if old else None


def _node(ingredient: Mapping[str, Any], store: Store) -> dict[str, Any]:
    manifest = store.manifests.get(_label(ingredient), {})
    state = state_of(ingredient, store)
    found: dict[str, Any] = {
        "title": clean(ingredient.get("title", "")),
        "relationship": clean(ingredient.get("relationship", ""), 32),
        "state": state,
        "signer": signer_of(manifest) if state == "intact" else None,
        "generator": generator_of(manifest),
        "source_types": list(dict.fromkeys(map(clean, source_types_of(manifest))))[:MAX_TERMS],
    }
    return {k: v for k, v in found.items() if v not in (None, [])} | {"ingredients": []}


def _label(ingredient: Mapping[str, Any]) -> str:
    return str(ingredient.get("active_manifest", ""))
