"""The ledger's tables, their schema version, and how an older one is brought up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from ..errors import LedgerError

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    Column("state", String(8), nullable=False),
    Column("created", String(32), nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64)),
    Column("fingerprint", LargeBinary),
    Column("link", Integer),
    Column("digest", String(64)),
    Column("owner", String(64)),
    Index("pictures_by_sha256", "sha256"),
    Index("pictures_by_link", "link"),
    Index("pictures_by_created", "created", "id"),
)
"""Small columns only, so that searching and changing a state touch few pages."""

details = Table(
    "details",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    Column("thumbnail", LargeBinary, nullable=False),
    Column("source_type", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("previous", String(64), nullable=False),
    Column("created", String(32), nullable=False),
    Column("count", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("certificate", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

certificates = Table(
    "certificates",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("pem", Text, nullable=False),
)

MIGRATIONS: Sequence[Callable[[Connection], None]] = ()
"""``MIGRATIONS[i]`` brings a ledger from schema ``i + 1`` to ``i + 2``."""


def schema() -> int:
    """The schema that this version reads and writes."""
    return len(MIGRATIONS) + 1


def stored_schema(connection: Connection) -> int | None:
    """The schema of a ledger; None where the tables were never made."""
    if not inspect(connection).has_table("meta"):
        return None
    value = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
    try:
        found = int(value or "")
    except ValueError as error:
        raise LedgerError(f"the ledger's schema version is unreadable: {value!r}") from error
    if found > schema():
        raise LedgerError(
            f"the ledger was written by a newer Zoo (schema {found}; this one knows {schema()}); "
            "update Zoo"
        )
    return found


def bring_up(connection: Connection, found: int | None, ledger_id: str) -> None:
    """Make the tables, or migrate them, inside the caller's transaction."""
    if found is None:
        metadata.create_all(connection)
        values = [
            {"key": "schema", "value": str(schema())},
            {"key": "ledger", "value": ledger_id},
        ]
        connection.execute(insert(meta), values)
        return
    for step in MIGRATIONS[found - 1 :]:
        step(connection)
    if found < schema():
        connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(schema())))
