"""The ledger: what this installation issued.

A row is *reserved* before a picture is marked, *written* when its file is complete under a
temporary name, and *sealed* when the file has its name and the row hangs in the hash chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..source import SourceType

ID_BITS = 40


class State(StrEnum):
    RESERVED = "reserved"
    WRITTEN = "written"
    SEALED = "sealed"


@dataclass(frozen=True)
class Row:
    """One issued picture. Everything but ``path`` is covered by the chain.

    ``fingerprint`` is 32 bytes (256 bits), ``thumbnail`` 4,096 bytes (64 x 64 grey, row by row),
    ``created`` RFC 3339 in UTC, ``path`` where it was written (it may have moved since).
    """

    id: int
    created: str
    path: str
    sha256: str
    fingerprint: bytes
    thumbnail: bytes
    source_type: str
    record: str
    manifest: bytes
    state: State = State.SEALED
    link: int | None = None


class Ledger(Protocol):
    """Where rows are kept. All methods are safe with several processes."""

    def reserve(
        self, paths: Sequence[str], records: Sequence[str], sources: Sequence[SourceType]
    ) -> list[int]:
        """New ids below 2**ID_BITS, one for each path, unique in this ledger; one transaction.

        They follow from the pictures' records and this ledger's own id, and tell whether AI made
        the whole picture (:mod:`zoo_provenance.ledger.ids`).
        """
        ...

    def write(self, rows: Sequence[Row]) -> None:
        """Fill in reserved rows: their files are complete under their temporary names."""
        ...

    def seal(self, ids: Sequence[int]) -> int:
        """Hang written rows into the chain as one signed link; returns its number."""
        ...

    def release(self, ids: Sequence[int]) -> None:
        """Drop rows that are not sealed."""
        ...

    def by_sha256(self, sha256: str) -> Row | None:
        """The newest written or sealed row of a file."""
        ...

    def by_id(self, id: int) -> Row | None: ...

    def near(self, hash: bytes, within: int) -> list[tuple[int, int]]:
        """Distance in bits and id of each written or sealed row whose fingerprint is at most
        ``within`` bits from ``hash`` (32 bytes), nearest first."""
        ...

    def rows(self, *, newest_first: bool = False, limit: int | None = None) -> Iterator[Row]:
        """Rows in any state, streamed."""
        ...

    def close(self) -> None: ...


def format_id(id: int) -> str:
    """Ten hex digits, as shown to people."""
    return f"{id:010x}"


__all__ = ["ID_BITS", "Ledger", "Row", "State", "format_id"]
