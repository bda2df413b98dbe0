"""Cuts in picture files: chunks taken out, put in, exchanged."""

from __future__ import annotations

import struct
import zlib

from lab import encoded, pixels_of

HEAD = 33  # a PNG's signature and header


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """(name, the whole chunk) of each."""
    found, at = [], 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at:end]))
        at = end
    return found


def without(png: bytes, *names: bytes) -> bytes:
    return png[:8] + b"".join(raw for name, raw in chunks(png) if name not in names)


def inserted(png: bytes, *raw: bytes) -> bytes:
    return png[:HEAD] + b"".join(raw) + png[HEAD:]


def manifest_of(png: bytes) -> bytes:
    return next(raw for name, raw in chunks(png) if name == b"caBX")


def saved_anew(data: bytes, kind: str = "PNG") -> bytes:
    """The pixels without any metadata."""
    return encoded(pixels_of(data), kind, **({"quality": 75} if kind == "JPEG" else {}))


def flipped(data: bytes, text: bytes) -> bytes:
    """One bit changed, at the first place of a text."""
    at = data.index(text)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
