"""Labels in XMP: every spelling, every format, and packets that mean harm."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from zoo_provenance.labels import LabelError, source_types
from zoo_provenance.source import IPTC

NS = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
AI = IPTC + "trainedAlgorithmicMedia"


def packet(body: str, prefix: str = "Iptc4xmpExt", attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:{prefix}="{NS}"{attributes}>{body}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


ATTRIBUTE = packet("", attributes=f' Iptc4xmpExt:DigitalSourceType="{AI}"')
SPELLINGS = {
    "attribute": ATTRIBUTE,
    "element": packet(f"<Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType>"),
    "resource": packet(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{AI}"/>'),
    "list": packet(
        "<Iptc4xmpExt:DigitalSourceType><rdf:Bag>"
        f"<rdf:li>\n {AI} </rdf:li></rdf:Bag></Iptc4xmpExt:DigitalSourceType>"
    ),
    "other prefix": packet(f"<a:DigitalSourceType>{AI}</a:DigitalSourceType>", prefix="a"),
}


@pytest.mark.parametrize("xmp", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling(xmp: bytes) -> None:
    assert source_types(b"\xff\xd8\xff junk" + xmp + b"junk") == [AI]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_every_format(format: str) -> None:
    out = io.BytesIO()
    image = Image.new("RGB", (16, 16), (10, 200, 90))
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", ATTRIBUTE.decode())
        image.save(out, format, pnginfo=info)
    elif format == "TIFF":
        image.save(out, format, tiffinfo={700: ATTRIBUTE})
    else:
        image.save(out, format, xmp=ATTRIBUTE)
    assert source_types(out.getvalue()) == [AI]


def test_compressed_in_a_png() -> None:
    body = b"XML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(ATTRIBUTE)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", 0)
    assert source_types(b"\x89PNG\r\n\x1a\n" + chunk) == [AI]


def test_no_label() -> None:
    assert source_types(b"") == []
    assert source_types(packet("<dc xmlns='x'>trainedAlgorithmicMedia</dc>")) == []
    other = packet("", attributes=' Iptc4xmpExt:DigitalSourceType=""')
    assert source_types(other) == []


def test_the_property_of_another_namespace_is_another() -> None:
    other = ATTRIBUTE.replace(NS.encode(), b"http://example.org/")
    assert source_types(other) == []


HARM = {
    "entities": ATTRIBUTE.replace(
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><!DOCTYPE a [<!ENTITY b "c">]>&b;',
    ),
    "document type": b"<rdf:RDF " + b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + b"</rdf:RDF>",
    "not closed": b"<x:xmpmeta><a></x:xmpmeta>",
    "too large": packet("<!--" + "x" * (1 << 20) + "-->"),
    "not UTF-8": b"<x:xmpmeta>\xff\xfe</x:xmpmeta>",
    "deep": b"<x:xmpmeta>" + b"<a>" * 100_000 + b"</x:xmpmeta>",
}


@pytest.mark.parametrize("data", HARM.values(), ids=HARM)
def test_harm_is_refused(data: bytes) -> None:
    with pytest.raises(LabelError):
        source_types(data)


def test_one_good_packet_among_bad_ones_is_read() -> None:
    assert source_types(HARM["not closed"] + ATTRIBUTE) == [AI]


def test_a_bomb_in_a_png_is_not_unpacked() -> None:
    body = b"XML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(b" " * 20_000_000, 9)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body
    assert source_types(b"\x89PNG\r\n\x1a\n" + chunk) == []


def test_many_values_are_capped() -> None:
    body = "".join(f"<a:DigitalSourceType>{i}</a:DigitalSourceType>" for i in range(999))
    assert len(source_types(packet(body, prefix="a"))) == 16
