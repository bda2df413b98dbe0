"""Declared labels: the IPTC digital source type, and what else is asked for, in a file's XMP.

The packets are found by scanning the file's bytes (XMP specification part 3, "scanning files for
XMP packets"): the same in PNG, JPEG, WebP, TIFF, AVIF and formats that cannot be decoded here, in
damaged files too. A PNG may hold its packet compressed; those are looked for by chunk.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from xml.parsers import expat

from .xmp import MAX_BYTES, NAMESPACE

MAX_PACKETS = 8
MAX_FOUND = 256
"""Values of one packet."""
MAX_VALUES = 16
"""Of each property."""
MAX_VALUE = 1 << 16
"""Characters of one."""

_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_BARE_BEGIN, _BARE_END = b"<rdf:RDF", b"</rdf:RDF>"
_RESOURCE = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource"


class LabelError(Exception):
    """A packet that is not well-formed, too large, or plays tricks."""


def source_types(data: bytes) -> list[str]:
    """Every digital source type that the XMP in a file declares; see :func:`property_values`."""
    return property_values(data, NAMESPACE, "DigitalSourceType")


def property_values(data: bytes, namespace: str, name: str) -> list[str]:
    """Every value that the XMP in a file gives a simple property, at most 16.

    Raises LabelError where there are packets and not one of them can be read.
    """
    return [value for _, value in properties(data, {f"{namespace} {name}"})]


def properties(data: bytes, wanted: AbstractSet[str]) -> list[tuple[str, str]]:
    """(property, value) of every value that the XMP in a file gives the simple properties that are
    wanted, each written as its namespace, a space, and its name; at most 16 of each.

    Raises LabelError where there are packets and not one of them can be read.
    """
    found: list[tuple[str, str]] = []
    errors: list[LabelError] = []
    read = 0
    for packet in _packets(data):
        try:
            found += _values(packet, wanted)
            read += 1
        except LabelError as error:
            errors.append(error)
    if errors and not read:
        raise errors[0]
    counts = Counter[str]()
    kept = []
    for name, value in dict.fromkeys(found):
        counts[name] += 1
        if counts[name] <= MAX_VALUES:
            kept.append((name, value))
    return kept


def _packets(data: bytes) -> Iterator[bytes]:
    count = 0
    sources = [data, *_compressed(data)]
    for source in sources:
        begin, end = (_BEGIN, _END) if _BEGIN in source else (_BARE_BEGIN, _BARE_END)
        start = source.find(begin)
        while start >= 0 and count < MAX_PACKETS:
            stop = source.find(end, start)
            if stop < 0:
                return
            count += 1
            yield source[start : stop + len(end)]
            start = source.find(begin, stop)


def _compressed(data: bytes) -> Iterator[bytes]:
    """Compressed XMP in a PNG's iTXt chunks (PNG specification, section 11.3.3.4)."""
    if not data.startswith(b"\x89PNG"):
        return
    keyword = b"XML:com.adobe.xmp\0\x01\0"
    at, count = data.find(b"iTXt" + keyword), 0
    while at >= 0 and count < MAX_PACKETS:
        count += 1
        length = int.from_bytes(data[at - 4 : at], "big")
        body = data[at + 4 + len(keyword) : at + 4 + length]
        # Language tag and translated keyword, each ended by a zero, come before the text.
        text = body.split(b"\0", 2)[-1]
        try:
            yield zlib.decompressobj().decompress(text, MAX_BYTES + 1)
        except zlib.error:
            yield b""
        at = data.find(b"iTXt" + keyword, at + 4)


def _values(packet: bytes, wanted: AbstractSet[str]) -> list[tuple[str, str]]:
    if len(packet) > MAX_BYTES:
        raise LabelError(f"an XMP packet of {len(packet):,} bytes; at most {MAX_BYTES:,} are read")
    reader = _Reader(wanted)
    try:
        reader.parser.Parse(packet, True)
    except expat.ExpatError as error:
        raise LabelError(f"an XMP packet is not well-formed: {error}") from error
    return reader.found


class _Reader:
    """Collects properties in each of their spellings: attribute, element text, rdf:resource."""

    def __init__(self, wanted: AbstractSet[str]) -> None:
        self._wanted = wanted
        self.found: list[tuple[str, str]] = []
        self._depth = 0
        self._inside = ""
        self._text: list[str] = []
        self._length = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, *_: object) -> None:
        # XMP has no document type; one here is there for entities that expand without end.
        raise LabelError("an XMP packet with a document type declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth or name in self._wanted:
            self._inside = self._inside if self._depth else name
            self._depth += 1
            self._keep(self._inside, attributes.get(_RESOURCE, ""))
        for attribute in self._wanted & attributes.keys():
            self._keep(attribute, attributes[attribute])

    def _end(self, _: str) -> None:
        if self._depth:
            self._depth -= 1
            self._keep(self._inside, "".join(self._text))
            self._text.clear()
            self._length = 0

    def _characters(self, text: str) -> None:
        if self._depth and self._length < MAX_VALUE:
            self._text.append(text)
            self._length += len(text)

    def _keep(self, name: str, value: str) -> None:
        if len(self.found) < MAX_FOUND and (value := value.strip()):
            self.found.append((name, value[:MAX_VALUE]))
