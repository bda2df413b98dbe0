"""Hanging a batch into the chain, inside the caller's transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy import bindparam, func, insert, select, update

from ..certificates import fingerprint_of, pem_of
from ..errors import LedgerBrokenError, LedgerError
from ..identity import Signer
from ..signing.algorithms import cose_signature
from . import State, format_id
from .chain import START, Link, rows_digest
from .connect import Place
from .head import DamagedHeadError, read_head
from .tables import certificates, links, meta, pictures

CHUNK = 500
"""Databases limit how many values a statement may have."""

LINKS = select(
    links.c.number,
    links.c.previous,
    links.c.created,
    links.c.count,
    links.c.digest,
    links.c.certificate,
    links.c.hash,
    links.c.signature,
)
LAST_LINK = LINKS.order_by(links.c.number.desc()).limit(1)
_HASH = select(links.c.hash).where(links.c.number == bindparam("number"))


def append_link(
    connection: sa.Connection,
    place: Place,
    ledger_id: str,
    ids: Sequence[int],
    signer: Signer,
) -> Link:
    """Seal written rows, whose ids are in order, as the chain's new end."""
    if place.file is None:  # SQLite has the write lock already
        lock = select(meta.c.value).where(meta.c.key == "ledger").with_for_update()
        connection.execute(lock)
    last = fitting_end(connection, place, ledger_id)
    digests = _digests(connection, ids)
    certificate = x509.load_pem_x509_certificates(signer.chain_pem.encode())[0]
    link = _signed(last, digests, certificate, signer)
    _keep_certificate(connection, certificate)
    connection.execute(insert(links), dataclasses.asdict(link))
    for some in chunks(ids):
        sealed = {"state": State.SEALED.value, "link": link.number, "owner": None}
        connection.execute(update(pictures).where(pictures.c.id.in_(some)).values(sealed))
    return link


def fitting_end(connection: sa.Connection, place: Place, ledger_id: str) -> Link | None:
    """The last link, if any. To go on from a chain that was cut off would bury that it was:
    raises LedgerBrokenError where the chain does not reach the head that is kept beside it.
    """
    found = connection.execute(LAST_LINK).first()
    try:
        head = read_head(place.head)
    except DamagedHeadError as error:
        raise LedgerBrokenError(f"{error}; run 'zoo ledger check'") from error
    if head is None:
        fits = found is None
    elif head.ledger != ledger_id:
        fits = False
    else:
        stored = connection.scalar(_HASH, {"number": head.number})
        fits = head.link is None or stored == head.link.hash
    if not fits:
        raise LedgerBrokenError(
            f"the ledger {place.shown} does not fit its head {place.head.name}, so nothing can be "
            "sealed; 'zoo ledger check' says what is wrong"
        )
    return Link(*tuple(found)) if found else None


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def now() -> str:
    """RFC 3339 in UTC."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _digests(connection: sa.Connection, ids: Sequence[int]) -> list[str]:
    found: dict[int, str] = {}
    for some in chunks(ids):
        statement = select(pictures.c.id, pictures.c.digest).where(
            pictures.c.id.in_(some), pictures.c.state == State.WRITTEN.value
        )
        found.update((row[0], row[1]) for row in connection.execute(statement))
    missing = [format_id(i) for i in ids if i not in found]
    if missing or not ids:
        raise LedgerError(
            f"cannot seal {', '.join(missing[:3]) or 'nothing'}: only rows that are written and "
            "not sealed yet can be sealed"
        )
    return [found[i] for i in ids]


def _signed(
    last: Link | None, digests: Sequence[str], certificate: x509.Certificate, signer: Signer
) -> Link:
    plain = Link(
        number=last.number + 1 if last else 1,
        previous=last.hash if last else START,
        created=now(),
        count=len(digests),
        digest=rows_digest(digests),
        certificate=fingerprint_of(certificate),
    )
    return dataclasses.replace(
        plain, hash=plain.computed_hash(), signature=cose_signature(signer, plain.signed_bytes())
    )


def _keep_certificate(connection: sa.Connection, certificate: x509.Certificate) -> None:
    sha256 = fingerprint_of(certificate)
    if not connection.scalar(select(func.count()).where(certificates.c.sha256 == sha256)):
        values = {"sha256": sha256, "pem": pem_of(certificate)}
        connection.execute(insert(certificates), values)
