"""Manifests that no honest tool writes: a signed store is taken apart, changed, and signed anew.

C2PA Technical Specification 2.4: JUMBF boxes (section 11), hashed URIs (8.3.1), claim signatures
as COSE_Sign1 (13.2; RFC 9052).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from typing import Any

import cbor2

Sign = Callable[[bytes], bytes]
Change = Callable[[dict[str, Any]], None]


class Box:
    """A JUMBF box: a superbox with its label and boxes, or a plain one with its bytes."""

    def __init__(self, kind: bytes, body: bytes) -> None:
        self.kind, self.body = kind, body
        self.boxes: list[Box] = []
        if kind == b"jumb":
            at = 0
            while at < len(body):
                length = int.from_bytes(body[at : at + 4], "big")
                self.boxes.append(Box(body[at + 4 : at + 8], body[at + 8 : at + length]))
                at += length

    @property
    def label(self) -> str:
        return self.boxes[0].body[17:].split(b"\0")[0].decode()

    def __getitem__(self, label: str) -> Box:
        return next(b for b in self.boxes if b.kind == b"jumb" and b.label == label)

    @property
    def payload(self) -> bytes:
        return b"".join(bytes(b) for b in self.boxes) if self.boxes else self.body

    def __bytes__(self) -> bytes:
        payload = self.payload
        return (len(payload) + 8).to_bytes(4, "big") + self.kind + payload

    def load(self) -> Any:
        return cbor2.loads(self.boxes[1].body)

    def store(self, value: Any) -> None:
        self.boxes[1].body = cbor2.dumps(value)


def leave_out(png: bytes, start: int, length: int) -> Change:
    """Let the data hash of ``png`` leave out a range of it, beside the manifest itself."""

    def change(table: dict[str, Any]) -> None:
        [manifest] = table["exclusions"]
        end = manifest["start"] + manifest["length"]
        assert start >= end
        kept = png[: manifest["start"]] + png[end:start] + png[start + length :]
        size = len(cbor2.dumps(table))
        table["hash"] = hashlib.sha256(kept).digest()
        table["exclusions"] = [manifest, {"start": start, "length": length}]
        # The manifest grows by what is said of the range, and pushes the range along.
        more = len(cbor2.dumps(table)) - size
        manifest["length"] += more
        table["exclusions"][1]["start"] += more

    return change


def forged(png: bytes, sign: Sign, label: str, change: Change) -> bytes:
    """The signed PNG with one assertion's table changed, and all that hangs on it made to fit.

    ``sign`` gives ES256 signatures (64 bytes, r || s) with the key of the certificate inside.
    """
    at = png.index(b"caBX") - 4
    length = int.from_bytes(png[at : at + 4], "big")
    data = forged_store(png[at + 8 : at + 8 + length], sign, label, change)
    chunk = len(data).to_bytes(4, "big") + b"caBX" + data
    chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
    return png[:at] + chunk + png[at + 12 + length :]


def forged_store(data: bytes, sign: Sign, label: str, change: Change) -> bytes:
    """The same with a manifest store that is in no file."""
    [store] = Box(b"jumb", data).boxes
    manifest = store.boxes[-1]
    assertion = manifest["c2pa.assertions"][label]
    table = assertion.load()
    change(table)
    assertion.store(table)
    claim = manifest["c2pa.claim.v2"]
    said = claim.load()
    for entry in said["created_assertions"] + said.get("gathered_assertions", []):
        if entry["url"].endswith("/" + label):
            entry["hash"] = hashlib.sha256(assertion.payload).digest()
    claim.store(said)
    signature = manifest["c2pa.signature"]
    tag = signature.load()
    protected, unprotected, payload, _ = tag.value
    to_sign = cbor2.dumps(["Signature1", protected, b"", claim.boxes[1].body])
    signature.store(cbor2.CBORTag(tag.tag, [protected, unprotected, payload, sign(to_sign)]))
    return bytes(store)
