"""Reading what the makers of a picture let others do with it; :mod:`.terms` is what we write.

CAWG Training and Data Mining Assertion 1.1, and its forerunner in C2PA up to 1.4; CAWG Metadata
Assertion 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .ancestry import MAX_MANIFESTS, assertions_of
from .credentials import Store
from .statuses import ingredients_of
from .terms import METADATA_LABEL, USES
from .text import clean

_TRAINING = re.compile(r"(cawg|c2pa)\.training-mining(\.v\d+)?(__\d+)?")
# What an ingredient's pixels are still part of; "inputTo" (a prompt, say) is none of them.
_CONTAINS = ("parentOf", "componentOf")


@dataclass(frozen=True)
class Use:
    """One entry: ``name`` is one of USES, ``said`` allowed, notAllowed, constrained or a stranger's
    word. ``ingredient``: of a picture that this one was made from.
    """

    name: str
    said: str
    ingredient: bool

    @property
    def refused(self) -> bool:
        """Anything but ``allowed`` is a refusal: CAWG treats ``constrained`` as ``notAllowed``."""
        return self.said != "allowed"


def uses(store: Store) -> list[Use]:
    """All that the active manifest and those it contains pictures of say on mining and training."""
    found: list[Use] = []
    queue, seen = [store.active], set[str]()
    while queue and len(seen) < MAX_MANIFESTS:
        label = queue.pop(0)
        if label in seen or label not in store.manifests:
            continue
        seen.add(label)
        manifest = store.manifests[label]
        found += _uses(manifest, ingredient=label != store.active)
        for ingredient in ingredients_of(manifest):
            if ingredient.get("relationship") in _CONTAINS:
                queue.append(str(ingredient.get("active_manifest", "")))
    return found


def licence_of(manifest: Mapping[str, Any]) -> str | None:
    """The usage terms, or else the rights, that a manifest's CAWG metadata states."""
    for label, data in assertions_of(manifest):
        if label.startswith(METADATA_LABEL):
            for key in ("xmpRights:UsageTerms", "dc:rights"):
                if text := _text(data.get(key)):
                    return clean(text, 500)
    return None


def _uses(manifest: Mapping[str, Any], *, ingredient: bool) -> Iterator[Use]:
    for label, data in assertions_of(manifest):
        if not _TRAINING.fullmatch(label):
            continue
        # CAWG's first schema left the "entries" map out by mistake, so some put them at the top.
        entries = data.get("entries", data)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            name = str(key).partition(".")[2]
            if name in USES and isinstance(entry, dict) and "use" in entry:
                yield Use(name, clean(entry["use"], 40), ingredient)


def _text(value: object) -> str | None:
    """Text of a JSON-LD value: itself, a language-tagged object, or the first of several."""
    if isinstance(value, list):
        return next((text for entry in value if (text := _text(entry))), None)
    if isinstance(value, dict):
        return _text(value.get("@value") or next(iter(value.values()), None))
    return value.strip() or None if isinstance(value, str) else None
