"""The certificate in a manifest's signature, as far as it can be told apart without trusting it.

C2PA Technical Specification 2.4, sections 11.1 (JUMBF boxes) and 14.6 (X.509 certificates in
COSE_Sign1); RFC 9052; RFC 9360 (``x5chain``); RFC 8949 (CBOR). The C2PA library gives names and
serial numbers, which anybody can choose, but no certificates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

_X5CHAIN = (33, "x5chain")
_MOST_DEPTH = 8
_MOST_BYTES = 1 << 18
"""Of a signature: a chain and its time-stamps take a few thousand."""
_SIGNATURE = "c2pa.signature"


def signer_sha256(store: bytes, label: str) -> str | None:
    """The sha256 (hex) of the certificate that signed the manifest of this label in a store.

    None where the signature does not name exactly one chain: then nobody can say which counts.
    """
    try:
        manifests = [body for name, body in _boxes(_inside(store)) if name == label]
        signatures = [
            body for body in manifests for name, body in _boxes(body) if name == _SIGNATURE
        ]
        if len(signatures) != 1 or len(signatures[0]) > _MOST_BYTES:
            return None
        leaves = set(_leaves(signatures[0]))
    except (ValueError, IndexError, TypeError, RecursionError):
        return None
    return hashlib.sha256(leaves.pop()).hexdigest() if len(leaves) == 1 else None


def _plain(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, body) of boxes that follow each other (ISO/IEC 14496-12, section 4.2)."""
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length < 8 or at + length > len(data):
            raise ValueError("a box that does not end")
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _inside(store: bytes) -> bytes:
    [(_, body)] = _plain(store)
    return body


def _boxes(body: bytes) -> Iterator[tuple[str, bytes]]:
    """(label, body) of the superboxes in one (ISO/IEC 19566-5): type (16 bytes), toggles, label."""
    for kind, inner in _plain(body):
        if kind == b"jumb":
            (_, description), *_ = _plain(inner)
            yield description[17:].split(b"\0", 1)[0].decode(), inner


def _leaves(signature: bytes) -> Iterator[bytes]:
    """The first certificate of every chain in the headers of a COSE_Sign1."""
    [data] = [body for kind, body in _plain(signature) if kind == b"cbor"]
    message, _ = _load(data, 0)
    protected, unprotected, *_ = message
    headers = (_load(protected, 0)[0] if protected else [], unprotected)
    for key, value in (pair for header in headers for pair in header):
        if key in _X5CHAIN:
            leaf = value[0] if isinstance(value, list) else value
            if not isinstance(leaf, bytes):
                raise ValueError("a chain that is none")
            yield leaf


def _load(data: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """The item at ``at``, and where the next one is. Maps are lists of pairs, so that no key hides
    another; tags are left out. Raises ValueError for what such a message does not hold.
    """
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deeply")
    major, info = data[at] >> 5, data[at] & 31
    if info > 27:
        raise ValueError("of no definite length")
    size = 0 if info < 24 else 1 << (info - 24)
    number = int.from_bytes(data[at + 1 : at + 1 + size], "big") if size else info
    at += 1 + size
    if major in (2, 3):
        text = data[at : at + number]
        if len(text) != number:
            raise ValueError("cut off")
        return (text if major == 2 else text.decode()), at + number
    if major in (4, 5):
        if number > len(data) - at:
            raise ValueError("cut off")
        items = []
        for _ in range(number * (major - 3)):
            item, at = _load(data, at, depth + 1)
            items.append(item)
        return (items if major == 4 else list(zip(items[::2], items[1::2], strict=True))), at
    if major == 6:
        return _load(data, at, depth + 1)
    return (number if major == 0 else ~number if major == 1 else None), at
