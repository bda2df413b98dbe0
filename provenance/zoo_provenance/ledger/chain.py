"""The hash chain: one signed link a batch, each holding the hash of the one before.

A row's digest covers everything but its path, which may change; a link's digest covers its rows'
digests in the order of their ids; a link's hash covers its number, the hash before it, when, how
many, that digest, and whose certificate signed it. The signature is over the same bytes, by the
algorithm of the certificate's key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from ..signing.algorithms import verifies
from . import Row

START = "0" * 64
"""The hash before the first link."""


@dataclass(frozen=True)
class Link:
    """One batch. Hashes are sha256 in hex; ``certificate`` is the signing certificate's."""

    number: int
    previous: str
    created: str
    count: int
    digest: str
    certificate: str
    hash: str = ""
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """What the hash and the signature are made over."""
        table = {
            "certificate": self.certificate,
            "count": self.count,
            "created": self.created,
            "digest": self.digest,
            "number": self.number,
            "previous": self.previous,
        }
        text = json.dumps(table, sort_keys=True, separators=(",", ":"), default=repr)
        return b"zoo ledger link 1\n" + text.encode()

    def computed_hash(self) -> str:
        return hashlib.sha256(self.signed_bytes()).hexdigest()

    def is_signed_by(self, certificate: x509.Certificate) -> bool:
        """Whether the signature is that certificate's key's, over this link as it stands."""
        return isinstance(self.signature, bytes) and verifies(
            certificate.public_key(), self.signature, self.signed_bytes()
        )


def row_digest(row: Row) -> str:
    """sha256 over every field but path, state and link, each led by its length."""
    digest = hashlib.sha256(b"zoo ledger row 1\n")
    for value in (
        row.id,
        row.created,
        row.sha256,
        row.fingerprint,
        row.thumbnail,
        row.source_type,
        row.record,
        row.manifest,
    ):
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def rows_digest(digests: Iterable[str]) -> str:
    """sha256 over the digests of a link's rows, in the order of their ids."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
