"""What a file's XMP claims, and how the examiner tells of all claims together."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from zoo_provenance.examination import BUILT_IN, examine
from zoo_provenance.metadata import claims_of, read_fields
from zoo_provenance.source import IPTC
from zoo_provenance.trust import Trust

ONLY = [e for e in BUILT_IN if e.name == "declared"]
INFOTEXT = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5"


def label(value: str, **more: str) -> str:
    return json.dumps({"Label": value, "ContentProducer": "p", "ProduceID": "1", **more})


NAMESPACES = (
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
)


def xmp(body: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {NAMESPACES}>{body}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def tag(name: str, value: str) -> str:
    return f"<{name}>{value}</{name}>"


AIGC = label("1", ReservedCode1="x" * 9000).replace('"', "&quot;")
IN_XMP = {
    "Google": (tag("photoshop:Credit", "Made with Google AI"), ["ai"]),
    "Google Photos": (tag("photoshop:Credit", "Edited with Google AI"), ["ai-edited"]),
    "a person": (tag("photoshop:Credit", "Jane Doe/Midjourney Times"), []),
    "Firefly": (tag("xmp:CreatorTool", "Adobe Firefly 3"), ["ai"]),
    "Photoshop": (tag("xmp:CreatorTool", "Adobe Photoshop 25.1 (Windows)"), []),
    "AI system": (tag("Iptc4xmpExt:AISystemUsed", "ChatGPT DALL-E"), ["ai"]),
    "version": (tag("Iptc4xmpExt:AISystemVersionUsed", "3"), ["ai"]),
    "prompt": (tag("Iptc4xmpExt:AIPromptInformation", "a hat"), ["ai"]),
    "its writer": (tag("Iptc4xmpExt:AIPromptWriterName", "Jane Doe"), ["ai"]),
    "its text in another place": (tag("dc:description", INFOTEXT), []),
    "user comment": (tag("exif:UserComment", INFOTEXT), ["ai"]),
    "AIGC, long": (tag("TC260:AIGC", AIGC), ["ai"]),
    "AIGC 2": (tag("TC260:AIGC", label("2")), ["unknown"]),
    "AIGC 3": (tag("TC260:AIGC", label("3")), ["unknown"]),
    "composite, by an AI system": (
        tag("Iptc4xmpExt:DigitalSourceType", IPTC + "compositeWithTrainedAlgorithmicMedia")
        + tag("Iptc4xmpExt:AISystemUsed", "Adobe Firefly"),
        ["ai-edited", "ai-edited"],
    ),
    "a camera": (tag("Iptc4xmpExt:DigitalSourceType", IPTC + "digitalCapture"), ["capture"]),
}


@pytest.mark.parametrize(("body", "says"), IN_XMP.values(), ids=IN_XMP)
def test_xmp(body: str, says: list[str]) -> None:
    found = claims_of(read_fields(b"\xff\xd8\xff" + xmp(body), "image/jpeg").found)
    assert [str(claim.says) for claim in found] == says


def test_the_examiner_tells_the_strongest_first(tmp_path: Path) -> None:
    path = tmp_path / "both.png"
    capture = xmp(tag("Iptc4xmpExt:DigitalSourceType", IPTC + "digitalCapture")).decode()
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", capture)
    info.add_text("parameters", "\x1b[31m" + INFOTEXT)
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    found = examine(path, examiners=ONLY, trust=Trust())
    (evidence,) = found.evidence
    assert (found.verdict.verdict, evidence.state, evidence.origin) == (
        "claimed-ai",
        "declared",
        "ai",
    )
    assert evidence.summary.startswith("The file's metadata says that AI made it: settings of a S")
    first, second = evidence.details["claims"]
    assert set(first) == {"source", "field", "value", "says", "means"}
    assert (first["field"], first["says"]) == ("parameters", "ai")
    assert first["value"].isprintable()
    assert len(first["value"]) <= 200
    assert (second["source"], second["says"]) == ("xmp", "capture")
    assert evidence.details["source_types"] == [IPTC + "digitalCapture"]


def test_a_suspicion_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "maybe.png"
    info = PngInfo()
    info.add_text("AIGC", label("3"))
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    found = examine(path, examiners=ONLY, trust=Trust())
    assert (found.verdict.verdict, found.verdict.origin) == ("inconclusive", "unknown")
    assert "suspected to be AI-generated" in found.evidence[0].summary


def test_one_unreadable_part_does_not_hide_another(tmp_path: Path) -> None:
    path = tmp_path / "damaged.png"
    body = b"Notes\0\0" + b"this was never compressed"
    broken = struct.pack(">I", len(body)) + b"zTXt" + body + bytes(4)
    info = PngInfo()
    info.add_text("parameters", INFOTEXT)
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    data = path.read_bytes()
    path.write_bytes(data[:33] + broken + data[33:] + b"<x:xmpmeta><a></x:xmpmeta>")
    found = examine(path, examiners=ONLY, trust=Trust())
    assert found.verdict.verdict == "claimed-ai"
    unread = found.evidence[0].details["unread"]
    assert "not well-formed" in unread[0]
    assert unread[1:] == ["a compressed PNG text that is damaged"]
