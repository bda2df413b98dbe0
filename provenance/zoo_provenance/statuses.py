"""The C2PA library's JSON of a manifest store: validation statuses, and ingredients.

C2PA Technical Specification 2.4, sections 15.2 (status codes) and 10.3.2 (ingredients).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .text import clean

KINDS = ("success", "informational", "failure")


class Status(NamedTuple):
    """A status code, and the JUMBF address that it is about; ``why`` is the reader's sentence."""

    code: str
    url: str
    why: str

    @property
    def label(self) -> str:
        """The manifest that the address lies in: ``self#jumbf=/c2pa/LABEL/...``."""
        head, _, tail = self.url.partition("/c2pa/")
        return tail.split("/", 1)[0] if tail else head


def mapping(value: object) -> Mapping[str, Any]:
    """A table, or an empty one where there should be one."""
    return value if isinstance(value, dict) else {}


def manifests_of(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The manifests of a store by their labels."""
    return {str(k): mapping(v) for k, v in mapping(table.get("manifests")).items()}


def ingredients_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ingredients of a manifest."""
    value = manifest.get("ingredients")
    return [mapping(i) for i in value] if isinstance(value, list) else []


def active_statuses(table: Mapping[str, Any], kind: str) -> Iterator[Status]:
    """Statuses of a store's active manifest, or of what was recorded of an ingredient's."""
    results = mapping(table.get("validation_results"))
    return _statuses(mapping(results.get("activeManifest")).get(kind))


def delta_statuses(table: Mapping[str, Any], kind: str) -> Iterator[Status]:
    """Statuses of ingredients that differ from what was recorded when they were taken in."""
    deltas = mapping(table.get("validation_results")).get("ingredientDeltas")
    for delta in deltas if isinstance(deltas, list) else []:
        yield from _statuses(mapping(mapping(delta).get("validationDeltas")).get(kind))


def recorded_statuses(ingredient: Mapping[str, Any], kind: str) -> list[Status]:
    """What the ingredient's taker recorded of its validation: ingredient v1 and v2 keep a list of
    failures, v3 the whole results.
    """
    found = list(active_statuses(ingredient, kind))
    if kind == "failure":
        found += _statuses(ingredient.get("validation_status"))
    return [_absolute(status, ingredient) for status in found]


def all_recorded(ingredient: Mapping[str, Any]) -> Iterator[Status]:
    """Every status in an ingredient's assertion, in whichever list."""
    for kind in KINDS:
        yield from recorded_statuses(ingredient, kind)
        for status in delta_statuses(ingredient, kind):
            yield _absolute(status, ingredient)


def _absolute(status: Status, ingredient: Mapping[str, Any]) -> Status:
    """An address without a manifest means the ingredient's own, to the library, too."""
    if "/c2pa/" in status.url:
        return status
    return status._replace(url=f"/c2pa/{ingredient.get('active_manifest')}/")


def _statuses(value: object) -> Iterator[Status]:
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            words = (entry.get(key, "") for key in ("code", "url", "explanation"))
            yield Status(*map(clean, words))
