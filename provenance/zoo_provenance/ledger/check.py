"""``zoo ledger check``: does the ledger still hold what was sealed?

Found are a sealed row that was changed, removed or added; a link that was changed or removed; an
end that was cut off; a signature that does not fit or is not this installation's. Whether the
files are still where they were written is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from cryptography import x509

from ..certificates import fingerprint_of
from ..signing.own import is_own, own_certificates
from . import State, format_id
from .chain import START, Link, row_digest, rows_digest
from .head import DamagedHeadError, Head, read_head
from .repair import Repaired, repair_leftovers
from .sql import SqlLedger

HEAD_MISSING = "head-missing"


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold. ``ids`` are those of pictures, as shown to people."""

    code: str
    message: str
    link: int | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What :func:`check` found.

    ``unfinished`` pictures were left by a process that died or are being sealed right now;
    ``ahead`` counts sound links that a crash kept from the head file. Neither is a fault.
    """

    links: int
    sealed: int
    faults: tuple[Fault, ...]
    unfinished: int
    ahead: int
    repaired: Repaired | None = None

    @property
    def whole(self) -> bool:
        return not self.faults


def check(ledger: SqlLedger, *, repair: bool = False) -> Report:
    """Compare the whole ledger with its chain, and the chain with its head.

    ``repair`` finishes or undoes what a killed process left, and brings the head file up; a ledger
    with any other fault is left as it is. Raises LedgerError where it cannot be read.
    """
    found = _Findings.of(ledger)
    report = Report(
        links=found.number,
        sealed=found.sealed,
        faults=tuple(found.faults),
        unfinished=len(ledger.unfinished()),
        ahead=found.ahead,
    )
    if not repair or any(f.code != HEAD_MISSING for f in report.faults):
        return report
    ledger.raise_head()
    done = repair_leftovers(ledger)
    return replace(
        report,
        links=report.links + (1 if done.sealed else 0),
        sealed=report.sealed + done.sealed,
        faults=(),
        unfinished=done.busy,
        ahead=0,
        repaired=done,
    )


@dataclass
class _Findings:
    """One walk along the chain."""

    ledger: SqlLedger
    own: list[x509.Certificate]
    number: int = 0
    hash: str = START
    sealed: int = 0
    ahead: int = 0
    faults: list[Fault] = field(default_factory=list)
    signers: dict[str, x509.Certificate | None] = field(default_factory=dict)
    head_hash: str | None = None

    @classmethod
    def of(cls, ledger: SqlLedger) -> Self:
        found = cls(ledger, own_certificates(ledger.place.home))
        # Read before the chain: what others seal meanwhile can only put the chain ahead.
        head = found.read_head()
        for link in ledger.links():
            found.visit(link)
            if head and link.number == head.number:
                found.head_hash = link.hash
        stray = tuple(map(format_id, ledger.unlinked()))
        if stray:
            found.fault(
                "row-added",
                f"{len(stray)} rows are marked as sealed but hang in no link",
                ids=stray,
            )
        found.compare_head(head)
        return found

    def fault(
        self, code: str, message: str, link: int | None = None, ids: tuple[str, ...] = ()
    ) -> None:
        self.faults.append(Fault(code, message, link, ids))

    def read_head(self) -> Head | None:
        try:
            return read_head(self.ledger.place.head)
        except DamagedHeadError as error:
            self.fault(HEAD_MISSING, f"{error}; if no link is missing, --repair writes it anew")
            return None

    def visit(self, link: Link) -> None:
        if link.number != self.number + 1:
            self.fault(
                "link-removed",
                f"links {self.number + 1} to {link.number - 1} are gone",
                link.number,
            )
        elif link.previous != self.hash:
            self.fault(
                "link-changed",
                f"link {link.number} does not follow from the one before",
                link.number,
            )
        holds = self.link_holds(link)
        self.check_rows(link, holds=holds)
        self.number, self.hash = link.number, link.hash

    def link_holds(self, link: Link) -> bool:
        """Whether the link says what was signed; a signature of somebody else is a fault too."""
        if link.computed_hash() != link.hash:
            self.fault("link-changed", f"link {link.number} was changed", link.number)
            return False
        signer = self.signer(link.certificate)
        if signer is None:
            self.fault(
                "certificate",
                f"link {link.number} is signed with a certificate that is neither this "
                "installation's nor one it has retired",
                link.number,
            )
        elif not link.is_signed_by(signer):
            self.fault(
                "signature", f"the signature of link {link.number} does not fit it", link.number
            )
        return True

    def signer(self, sha256: str) -> x509.Certificate | None:
        if sha256 not in self.signers:
            self.signers[sha256] = _own(self.ledger.certificate(sha256), sha256, self.own)
        return self.signers[sha256]

    def check_rows(self, link: Link, *, holds: bool) -> None:
        rows = self.ledger.by_link(link.number)
        self.sealed += len(rows)
        changed = tuple(
            format_id(row.id)
            for row, digest in rows
            if row_digest(row) != digest or row.state is not State.SEALED
        )
        if changed:
            names = ", ".join(changed[:3])
            self.fault("row-changed", f"changed after sealing: {names}", link.number, changed)
        if not holds:
            return
        if len(rows) != link.count:
            kind = "removed" if len(rows) < link.count else "added"
            self.fault(
                f"row-{kind}",
                f"link {link.number} was sealed with {link.count} pictures and holds {len(rows)}",
                link.number,
            )
        elif rows_digest(digest for _, digest in rows) != link.digest and not changed:
            self.fault(
                "row-changed",
                f"the pictures of link {link.number} are not those it was sealed with",
                link.number,
            )

    def compare_head(self, head: Head | None) -> None:
        name = self.ledger.place.head.name
        if head is None:
            if self.number and not any(f.code == HEAD_MISSING for f in self.faults):
                self.fault(
                    HEAD_MISSING,
                    f"the head file {name} is gone, so nobody can tell whether the end was cut off;"
                    " restore it, or let --repair write it anew",
                )
        elif head.ledger != self.ledger.ledger_id:
            self.fault("head", f"the head file {name} belongs to another ledger")
        elif head.link is not None:
            self.compare_end(head.link)
        if head is not None and not self.faults:
            self.ahead = self.number - head.number

    def compare_end(self, end: Link) -> None:
        signer = self.signer(end.certificate)
        if end.computed_hash() != end.hash or (signer and not end.is_signed_by(signer)):
            self.fault("head", "the head file was changed: its signature does not fit it")
        elif end.number > self.number:
            self.fault(
                "cut-off",
                f"the end was cut off: the head is link {end.number} of {end.created}, but the "
                f"chain ends with link {self.number}",
                end.number,
            )
        elif self.head_hash != end.hash:
            self.fault("link-changed", f"link {end.number} is not the one in the head", end.number)


def _own(pem: str | None, sha256: str, own: list[x509.Certificate]) -> x509.Certificate | None:
    """The certificate, if it is the one meant and was made here or used here."""
    try:
        certificate = x509.load_pem_x509_certificate((pem or "").encode())
    except ValueError:
        return None
    if fingerprint_of(certificate) != sha256:
        return None
    return certificate if is_own(certificate, own) else None


__all__ = ["Fault", "Report", "check"]
