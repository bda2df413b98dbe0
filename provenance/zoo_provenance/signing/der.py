"""What the certificate library does not tell: read from the DER itself (ITU-T X.690, section 8)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

_UNIQUE_IDS = {1, 2}
_CONTEXT = 0x80


def has_unique_ids(certificate: x509.Certificate) -> bool:
    """Whether it has an issuerUniqueID or a subjectUniqueID (RFC 5280, section 4.1.2.8)."""
    [(_, body)] = _elements(certificate.tbs_certificate_bytes)
    return any(tag & 0xC0 == _CONTEXT and tag & 0x1F in _UNIQUE_IDS for tag, _ in _elements(body))


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and contents of each element, one after the other; lengths were checked in parsing."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        yield tag, data[at : at + length]
        at += length
