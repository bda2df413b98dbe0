"""What a manifest and its ancestors say of a picture's origin.

Every action of every manifest that can be reached from the active one is read, so that an AI step
in the past is not lost; where an ancestor is broken or its signer unknown, its word is unproven.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .credentials import Store
from .source import Origin, origin_of
from .statuses import ingredients_of, recorded_statuses
from .text import clean

MAX_MANIFESTS = 256
MAX_LISTED = 32
MAX_DEPTH = 16
UNREAD = "unread"
"""Among the states: there are more ancestors than are read, and any of them may say AI."""

_AI = (Origin.AI, Origin.AI_EDITED)
# An opened picture that names a source names that of the picture it was.
_BEGINNINGS = ("c2pa.created", "c2pa.opened")
# Sources of an edit, not of a picture: they leave its origin as it was.
_EDITS = ("humanEdits", "minorHumanEdits", "algorithmicallyEnhanced")
# Failures that were true of an intact ingredient when it was taken in, and are judged anew today.
_OF_TRUST = ("signingCredential.untrusted", "signingCredential.expired")


@dataclass(frozen=True)
class Statement:
    """One source type in a manifest. ``made``: of the picture's own beginning, not of a step."""

    source_type: str
    made: bool
    proven: bool

    @property
    def origin(self) -> Origin:
        return origin_of(self.source_type)


@dataclass(frozen=True)
class Ancestry:
    """All that the manifests say, the active one first; ``states`` are those of all ingredients."""

    statements: tuple[Statement, ...]
    states: tuple[str, ...]
    actions: tuple[str, ...]

    @property
    def broken(self) -> bool:
        return any(state != "intact" for state in self.states)

    @property
    def said(self) -> Origin:
        """The origin that all statements together amount to, proven or not."""
        return _amount(self.statements)

    @property
    def proven(self) -> Origin:
        """The same of the proven statements alone."""
        return _amount([s for s in self.statements if s.proven])


def trace(store: Store) -> Ancestry:
    """Follow the ingredients from the active manifest."""
    statements: list[Statement] = []
    states: list[str] = []
    actions: list[str] = []
    # (label, whether it is the picture itself before some edits, whether its word is proven)
    queue = [(store.active, True, True)]
    seen: set[str] = set()
    while queue and len(seen) < MAX_MANIFESTS:
        label, main, proven = queue.pop(0)
        if label in seen or label not in store.manifests:
            continue
        seen.add(label)
        manifest = store.manifests[label]
        proven = proven and label in store.trusted
        statements += _statements(manifest, main, proven)
        actions += [clean(a.get("action", ""), 64) for a in actions_of(manifest)]
        for ingredient in ingredients_of(manifest):
            state = state_of(ingredient, store)
            states.append(state)
            parent = ingredient.get("relationship") == "parentOf"
            below = str(ingredient.get("active_manifest", ""))
            queue.append((below, main and parent, proven and state == "intact"))
    if any(label in store.manifests and label not in seen for label, _, _ in queue):
        states.append(UNREAD)
    return Ancestry(tuple(statements), tuple(states), tuple(actions[:MAX_LISTED]))


def assertions_of(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(label, data) of each assertion whose data is a table."""
    value = manifest.get("assertions")
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("data"), dict):
            yield str(entry.get("label", "")), entry["data"]


def actions_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The actions of a manifest, of both versions of the assertion, instances included."""
    found: list[Mapping[str, Any]] = []
    for label, data in assertions_of(manifest):
        if label.startswith("c2pa.actions") and isinstance(data.get("actions"), list):
            found += [a for a in data["actions"] if isinstance(a, dict)]
    return found


def source_types_of(manifest: Mapping[str, Any]) -> Iterator[str]:
    """The source types that a manifest names, its ingredients' left out."""
    for _, data in assertions_of(manifest):
        yield from _source_types(data)


def state_of(ingredient: Mapping[str, Any], store: Store) -> str:
    """What an ingredient's credentials are worth: intact, untrusted, tampered, or
    without-credentials.
    """
    label = ingredient.get("active_manifest")
    if not isinstance(label, str) or label not in store.manifests:
        return "without-credentials"
    recorded = {status.code for status in recorded_statuses(ingredient, "failure")}
    if label in store.broken or recorded - set(_OF_TRUST):
        return "tampered"
    return "intact" if label in store.trusted else "untrusted"


def _statements(manifest: Mapping[str, Any], main: bool, proven: bool) -> Iterator[Statement]:
    for action in actions_of(manifest):
        made = main and action.get("action") in _BEGINNINGS
        yield from (Statement(s, made, proven) for s in _source_types(action))
    for label, data in assertions_of(manifest):
        rest = {k: v for k, v in data.items() if k != "actions"}
        of_picture = main and not label.startswith("c2pa.actions")
        yield from (Statement(s, of_picture, proven) for s in _source_types(rest))
    for ingredient in ingredients_of(manifest):
        yield from (Statement(s, False, proven) for s in _source_types(ingredient))


def _source_types(value: object, depth: int = 0) -> Iterator[str]:
    """Every ``digitalSourceType`` in a table, under whatever prefix: tools put it in parameters
    and metadata too.
    """
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            name = str(key).replace(":", ".").rsplit(".", 1)[-1].replace("_", "").casefold()
            if name == "digitalsourcetype" and isinstance(inner, str):
                yield inner
            else:
                yield from _source_types(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _source_types(inner, depth + 1)


def _amount(statements: Sequence[Statement]) -> Origin:
    """One origin out of many statements.

    All AI from its beginning is ``ai``; an AI source anywhere else ``ai-edited``; nothing but
    captures is ``capture``; other sources are ``other``.
    """
    known = [s for s in statements if s.origin is not Origin.UNKNOWN and not _is_edit(s)]
    made = {s.origin for s in known if s.made}
    steps = {s.origin for s in known if not s.made}
    if (made | steps) & set(_AI):
        return Origin.AI if made == {Origin.AI} and steps <= {Origin.AI} else Origin.AI_EDITED
    if made == {Origin.CAPTURE} and steps <= {Origin.CAPTURE}:
        return Origin.CAPTURE
    return Origin.OTHER if known else Origin.UNKNOWN


def _is_edit(statement: Statement) -> bool:
    return not statement.made and statement.source_type.rsplit("/", 1)[-1] in _EDITS
