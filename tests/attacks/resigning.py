"""A signed PNG with another certificate, signature or time-stamp in it: what no library would sign.

C2PA Technical Specification 2.4, sections 13.2 (COSE_Sign1; RFC 9052) and 14.5 (``sigTst2``, and
``sigTst`` of claims of the first version).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Callable
from typing import Any

import cbor2
from asn1crypto import tsp
from authorities import Issued
from cryptography.hazmat.primitives.serialization import Encoding
from forging import Box
from timestamps import TimeStampServer

from zoo_provenance.signing.algorithms import sign_with

_CHAIN = 33  # x5chain (RFC 9360)


class Opened:
    """The manifest store of a PNG, to be changed and put back at the same length: the hash of the
    file leaves out no more than the store's place."""

    def __init__(self, png: bytes) -> None:
        self._at = png.index(b"caBX") - 4
        self._length = int.from_bytes(png[self._at : self._at + 4], "big")
        self._png = png
        [self.store] = Box(b"jumb", png[self._at + 8 : self._at + 8 + self._length]).boxes

    @property
    def manifests(self) -> list[Box]:
        """The active one last."""
        return [box for box in self.store.boxes if box.kind == b"jumb"]

    def png(self) -> bytes:
        """The file again; room that was left is given to the active signature's padding, which
        nothing covers."""
        signature = self.manifests[-1]["c2pa.signature"]
        room = self._length - len(bytes(self.store))
        if room:
            tag = signature.load()
            protected, unprotected, payload, signed = tag.value
            padded = {**unprotected, "pad": bytes(len(unprotected["pad"]) + room)}
            signature.store(cbor2.CBORTag(tag.tag, [protected, padded, payload, signed]))
        data = bytes(self.store)
        assert len(data) == self._length
        chunk = len(data).to_bytes(4, "big") + b"caBX" + data
        chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
        return self._png[: self._at] + chunk + self._png[self._at + 12 + self._length :]


def resigned(
    png: bytes,
    issued: Issued,
    *,
    stamp: Callable[[bytes], bytes] | None = None,
    algorithm: int | None = None,
) -> bytes:
    """The same claim signed anew by ``issued``, whatever its certificate is worth.

    ``stamp`` makes a time-stamp token for the signature. ``algorithm`` is what the header says
    instead of the truth (COSE's numbers).
    """
    opened = Opened(png)
    manifest = opened.manifests[-1]
    signature = manifest["c2pa.signature"]
    size = len(signature.boxes[1].body)
    tag = signature.load()
    header = cbor2.loads(tag.value[0])
    header[_CHAIN] = [c.public_bytes(Encoding.DER) for c in issued.chain]
    header[1] = header[1] if algorithm is None else algorithm
    protected = cbor2.dumps(header)
    old = any(box.kind == b"jumb" and box.label == "c2pa.claim" for box in manifest.boxes)
    claim = manifest["c2pa.claim" if old else "c2pa.claim.v2"].boxes[1].body
    signed = sign_with(issued.key, cbor2.dumps(["Signature1", protected, b"", claim]))
    unprotected: dict[str, Any] = {"pad": b""}
    if stamp is not None:
        countersigned = ["CounterSignature", protected, b"", claim if old else cbor2.dumps(signed)]
        tokens = {"tstTokens": [{"val": stamp(cbor2.dumps(countersigned))}]}
        unprotected["sigTst" if old else "sigTst2"] = tokens
    store = cbor2.CBORTag(tag.tag, [protected, unprotected, None, signed])
    unprotected["pad"] = bytes(size - len(cbor2.dumps(store)) - 2)  # a length of two bytes
    signature.store(store)
    assert len(signature.boxes[1].body) == size
    return opened.png()


def stamping(server: TimeStampServer) -> Callable[[bytes], bytes]:
    """Time-stamp tokens of an authority, for whatever bytes."""

    def stamp(data: bytes) -> bytes:
        digest = {"hash_algorithm": {"algorithm": "sha256"}}
        imprint = digest | {"hashed_message": hashlib.sha256(data).digest()}
        query = tsp.TimeStampReq(
            {"version": 1, "message_imprint": imprint, "nonce": 1, "cert_req": True}
        )
        response = tsp.TimeStampResp.load(server.stamp(query))
        token: bytes = response["time_stamp_token"].dump()
        return token

    return stamp


def days_ago(days: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
