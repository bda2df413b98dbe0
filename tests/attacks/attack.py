"""What an attack is, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lab import Lab

import zoo
from zoo.answer_table import to_table
from zoo_provenance.errors import ProvenanceError
from zoo_provenance.ledger import Ledger
from zoo_provenance.trust import Trust


@dataclass(frozen=True)
class Case:
    """A file, and the installation that is asked about it.

    ``trust`` or ``ledger`` of None are those of the test's own ZOO_HOME. ``before`` is done right
    before asking.
    """

    data: bytes
    trust: Trust | None
    ledger: Ledger | None
    thorough: bool = False
    before: Callable[[], object] | None = None
    name: str = "picture.png"  # or where the file has to lie

    def but(self, **changes: Any) -> Case:
        return replace(self, **changes)

    def ask(self, folder: Path) -> tuple[str, str]:
        """The answer in the table's words, and all that was said, as one text."""
        path = folder / self.name
        path.write_bytes(self.data)
        if self.before is not None:
            self.before()
        try:
            found = zoo.verify(path, trust=self.trust, ledger=self.ledger, thorough=self.thorough)
        except ProvenanceError as error:
            return f"error {error.code}", str(error)
        verdict = found.verdict
        answer = f"{verdict.verdict} {verdict.origin} {verdict.integrity}"
        return answer, " ".join(_strings(to_table(found)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


@dataclass(frozen=True)
class Attempt:
    """The hostile file and its untampered counterpart. ``never``: what no answer may repeat."""

    hostile: Case
    honest: Case
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attack:
    """An entry of the table. ``deserved`` and ``honest`` are answers: verdict, origin, integrity,
    or ``error`` and its code."""

    name: str
    group: str
    does: str
    deserved: str
    honest: str
    why: str
    build: Callable[[Lab], Attempt] = field(repr=False)


TABLE: list[Attack] = []
GROUPS = {
    "by_removing": "Removing marks",
    "by_swapping": "Swapping marks, files and ledgers",
    "by_cloning": "Cloning and laundering",
    "by_ancestry": "Hiding or breaking the past",
    "by_certificates": "Names and certificates",
    "by_time": "Expired, future, and time-stamps",
    "by_bytes": "The bytes of a file",
    "by_size": "Files that ask for much",
    "by_display": "Strings that want to be more than text",
    "by_configuration": "Configuration, and other code",
}
"""The modules of the table, in the order of the documentation, and what unites their attacks."""


def attack(
    deserved: str, *, honest: str, why: str
) -> Callable[[Callable[[Lab], Attempt]], Callable[[Lab], Attempt]]:
    """Enter a function into the table: its name, and its docstring, which goes on from "the
    attacker …". ``why`` is a sentence for people on why ``deserved`` is the answer."""

    def enter(build: Callable[[Lab], Attempt]) -> Callable[[Lab], Attempt]:
        name = build.__name__.replace("_", " ")
        does = " ".join((build.__doc__ or "").split())
        TABLE.append(Attack(name, build.__module__, does, deserved, honest, why, build))
        return build

    return enter
