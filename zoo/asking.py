"""What is asked of all files of a call, as a table of JSON's own types: for other processes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .limits import Limits
from .verifying import Asked

if TYPE_CHECKING:
    from zoo_provenance.trust import Anchor, Trust


def request(asked: Asked, limits: Limits) -> dict[str, Any]:
    """The table of it, with what a file may cost."""
    table = dataclasses.asdict(asked)
    record = None if asked.record is None else asked.record.to_json()
    return {**table, "record": record, "limits": dataclasses.asdict(limits)}


def requested(table: dict[str, Any]) -> tuple[Asked, Limits]:
    """What :func:`request` made a table of."""
    from zoo_provenance.record import Record

    asked = {key: value for key, value in table.items() if key != "limits"}
    if asked["trust"] is not None:
        asked["trust"] = _trust(asked["trust"])
    if asked["record"] is not None:
        asked["record"] = Record.from_json(asked["record"])
    return Asked(**asked), Limits(**table["limits"])


def _trust(table: dict[str, Any]) -> Trust:
    from zoo_provenance.trust import InstalledList, Trust

    lists = tuple(InstalledList(**{**one, **_anchors(one)}) for one in table["lists"])
    return Trust(**{**table, **_anchors(table), "lists": lists})


def _anchors(table: dict[str, Any]) -> dict[str, tuple[Anchor, ...]]:
    from zoo_provenance.trust import Anchor

    kinds = ("signers", "timestampers", "leaves")
    return {kind: tuple(Anchor(**anchor) for anchor in table[kind]) for kind in kinds}
