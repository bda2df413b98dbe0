"""The text chunks of PNG: tEXt, zTXt and iTXt (PNG, third edition, section 11.3.3)."""

from __future__ import annotations

import zlib

from .field import MAX_TEXT, Fields, decoded

NAMES = (b"tEXt", b"zTXt", b"iTXt")
_MAX_KEYWORD = 79


def read_text(name: bytes, chunk: bytes, fields: Fields) -> None:
    """Add the text of a chunk to the fields."""
    keyword, separator, rest = chunk[: _MAX_KEYWORD + 1].partition(b"\0")
    # XMP is found elsewhere, compressed or not.
    if not separator or keyword == b"XML:com.adobe.xmp":
        return
    rest = chunk[len(keyword) + 1 :]
    if name == b"zTXt":
        text = _unpacked(rest[1:], fields)
    elif name == b"iTXt":
        # Flag, method, language tag and translated keyword come before the text.
        text = rest[2:].split(b"\0", 2)[-1]
        text = _unpacked(text, fields) if rest[:1] == b"\1" else text
    else:
        text = rest
    if len(text) > MAX_TEXT:
        fields.fault(f"a PNG text of more than {MAX_TEXT >> 20} MiB")
        return
    fields.add("png-text", decoded(keyword), decoded(text))


def _unpacked(packed: bytes, fields: Fields) -> bytes:
    """At most one byte more than is allowed, so that a bomb costs no more than a text."""
    try:
        text = zlib.decompressobj().decompress(packed, MAX_TEXT + 1)
    except zlib.error:
        fields.fault("a compressed PNG text that is damaged")
        return b""
    fields.spend(len(text))
    return text
