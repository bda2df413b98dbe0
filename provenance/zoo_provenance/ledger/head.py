"""The head: the newest link, kept in a file beside the database.

Rows cut off at the end leave a chain that holds in itself; only something outside of it can tell.
The file never goes backwards. Who restores an old database and an old head together is not found
out by this.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from filelock import FileLock

from ..atomic import write_atomically
from ..errors import LedgerError
from .chain import Link

_SCHEMA = 1


@dataclasses.dataclass(frozen=True)
class Head:
    """The newest link of the ledger with that id; no link where it is still empty."""

    ledger: str
    link: Link | None

    @property
    def number(self) -> int:
        return self.link.number if self.link else 0


class DamagedHeadError(LedgerError):
    """The head file is there and cannot be understood."""


def read_head(file: Path) -> Head | None:
    """The head, or None where there is no such file. Raises DamagedHeadError."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedHeadError(f"cannot read the ledger's head {file}: {error}") from error
    try:
        table = json.loads(text)
        if table["schema"] != _SCHEMA:
            raise ValueError(f"schema {table['schema']}")
        return Head(str(table["ledger"]), _link(table["link"]))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedHeadError(f"the ledger's head {file} is damaged: {error}") from error


def write_head(file: Path, head: Head) -> None:
    """Put the head in its file, unless a newer one of the same ledger is there already."""
    table = None
    if head.link is not None:
        table = dataclasses.asdict(head.link) | {"signature": head.link.signature.hex()}
    text = json.dumps({"schema": _SCHEMA, "ledger": head.ledger, "link": table}, indent=1)
    try:
        with FileLock(file.with_name(file.name + ".lock"), timeout=60):
            present = _readable(file)
            if present and present.ledger == head.ledger and present.number >= head.number:
                return
            write_atomically(file, text.encode())
    except OSError as error:
        raise LedgerError(f"cannot write the ledger's head {file}: {error}") from error


def _readable(file: Path) -> Head | None:
    try:
        return read_head(file)
    except DamagedHeadError:
        return None


def _link(table: dict[str, object] | None) -> Link | None:
    if table is None:
        return None
    values = dict(table)
    signature = bytes.fromhex(str(values.pop("signature")))
    link = Link(**values, signature=signature)  # type: ignore[arg-type]
    if type(link.number) is not int or type(link.count) is not int or link.number < 1:
        raise ValueError("not a link")
    return link
