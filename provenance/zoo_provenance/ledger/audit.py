"""What ``zoo ledger check`` reads besides rows: the chain, and what does not hang in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from . import State
from .chain import Link
from .connect import Place
from .linking import CHUNK, LAST_LINK, LINKS
from .reading import Reader
from .tables import certificates, links, meta, pictures

_PAGE = LINKS.where(links.c.number > bindparam("after")).order_by(links.c.number).limit(CHUNK)
_CERTIFICATE = select(certificates.c.pem).where(certificates.c.sha256 == bindparam("sha256"))
_UNFINISHED = (
    select(
        pictures.c.id,
        pictures.c.state,
        pictures.c.path,
        pictures.c.sha256,
        pictures.c.owner,
    )
    .where(pictures.c.state != State.SEALED.value)
    .order_by(pictures.c.id)
)
_UNLINKED = (
    select(pictures.c.id)
    .outerjoin(links, pictures.c.link == links.c.number)
    .where(
        sa.or_(
            sa.and_(pictures.c.state == State.SEALED.value, links.c.number.is_(None)),
            sa.and_(pictures.c.state != State.SEALED.value, pictures.c.link.is_not(None)),
        )
    )
    .order_by(pictures.c.id)
)


@dataclass(frozen=True)
class Unfinished:
    """A row on its way. ``owner`` names the lock of the process that reserved it."""

    id: int
    state: str
    path: str
    sha256: str | None
    owner: str | None


class AuditReader(Reader):
    """A reader that knows the chain."""

    def __init__(self, place: Place, connection: sa.Connection, *, writable: bool) -> None:
        super().__init__(place, connection, writable=writable)
        [(self.ledger_id,)] = self.fetch(select(meta.c.value).where(meta.c.key == "ledger"))

    def links(self) -> Iterator[Link]:
        """The chain from its beginning, in pages."""
        number = 0
        while found := self.fetch(_PAGE, {"after": number}):
            for values in found:
                yield Link(*values)
            number = found[-1][0]

    def last_link(self) -> Link | None:
        """The end of the chain."""
        found = self.fetch(LAST_LINK)
        return Link(*found[0]) if found else None

    def certificate(self, sha256: str) -> str | None:
        """The PEM of a certificate that signed links."""
        found = self.fetch(_CERTIFICATE, {"sha256": sha256})
        return str(found[0][0]) if found else None

    def unfinished(self) -> list[Unfinished]:
        """Rows that are reserved or written, whoever is at it or has left them."""
        return [Unfinished(*values) for values in self.fetch(_UNFINISHED)]

    def unlinked(self) -> list[int]:
        """Ids of sealed rows that hang in no link, and of unsealed rows that claim one."""
        return [values[0] for values in self.fetch(_UNLINKED)]
