"""Manifests are read in every still-picture format that the C2PA library reads."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import c2pa
import pytest
from PIL import Image, TiffImagePlugin

from zoo_provenance.examination import examine
from zoo_provenance.pictures import EXAMINED_SUFFIXES, can_decode, sniff
from zoo_provenance.raw import RAW
from zoo_provenance.trust import Trust

CREATED = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}
SVG = (
    b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg>\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect/></svg>'
)


def raster(format: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, format, **options)
    return out.getvalue()


def raw(**tags: object) -> bytes:
    """TIFF with the tags that make it a raw picture."""
    ifd = TiffImagePlugin.ImageFileDirectory_v2()
    for name, value in tags.items():
        tag = int(name[1:], 16)
        ifd[tag] = value
    ifd.tagtype[0xC612] = 1
    return raster("TIFF", tiffinfo=ifd)


def dng() -> bytes:
    return raw(xC612=b"\x01\x04\0\0")


def nef() -> bytes:
    return raw(xFE=1, x10F="NIKON CORPORATION")


def arw() -> bytes:
    return raw(xFE=1, x10F="SONY")


def heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(out)
    return out.getvalue()


def jxl() -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + name + content

    boxes = box(b"ftyp", b"jxl \0\0\0\0jxl ") + box(b"jxlc", b"\xff\x0a" + bytes(64))
    return b"\0\0\0\x0cJXL \r\n\x87\n" + boxes


FILES = {
    "image/png": lambda: raster("PNG"),
    "image/jpeg": lambda: raster("JPEG"),
    "image/webp": lambda: raster("WEBP"),
    "image/gif": lambda: raster("GIF"),
    "image/tiff": lambda: raster("TIFF"),
    "image/avif": lambda: raster("AVIF"),
    "image/heic": heic,
    "image/heif": heic,
    "image/jxl": jxl,
    "image/svg+xml": lambda: SVG,
    "image/dng": dng,
    "image/x-adobe-dng": dng,
    "image/x-nikon-nef": nef,
    "image/x-sony-arw": arw,
    "image/x-webp": lambda: raster("WEBP"),
}

SIGNED_AS = {"image/x-nikon-nef": "image/tiff", "image/x-sony-arw": "image/tiff"}
"""The library reads these, and writes them as what they are."""


def test_the_list_is_the_library_s() -> None:
    types = c2pa.Reader.get_supported_mime_types()
    assert {name for name in types if name.startswith("image/")} == FILES.keys()


@pytest.mark.parametrize("mime", FILES)
def test_a_manifest_is_read_and_trusted(mime: str, agency, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"  # the name does not matter
    path.write_bytes(agency.sign(FILES[mime](), CREATED, mime=SIGNED_AS.get(mime, mime)))
    found = examine(path, trust=agency.trust, thorough=False)
    assert (found.verdict.verdict, found.verdict.origin) == ("declared-ai", "ai")
    assert examine(path, trust=Trust(), thorough=False).verdict.verdict == "claimed-ai"


def test_a_manifest_that_does_not_fit_is_noticed_in_a_drawing(agency, tmp_path: Path) -> None:
    path = tmp_path / "drawing.svg"
    path.write_bytes(agency.sign(SVG, CREATED, mime="image/svg+xml").replace(b"<rect", b"<path"))
    assert examine(path, trust=agency.trust, thorough=False).verdict.verdict == "altered"
    path.write_bytes(path.read_bytes().replace(b"</c2pa:manifest>", b"AA</c2pa:manifest>"))
    found = examine(path, trust=agency.trust, thorough=False)
    assert found.verdict.verdict in ("altered", "inconclusive")
    assert found.verdict.origin != "capture"


BARE = b"\xff\x0a" + bytes(64)


@pytest.mark.parametrize(
    "data", [SVG, jxl(), BARE, dng(), nef(), arw()], ids=["svg", "jxl", "bare", "dng", "nef", "arw"]
)
def test_what_cannot_be_decoded_is_still_examined(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert not can_decode(sniff(data) or "")
    found = examine(path, trust=Trust(), thorough=False)
    assert found.verdict.verdict == "no-evidence"
    states = {e.examiner: (e.state, str(e.finding)) for e in found.evidence}
    assert states["c2pa"] == ("none", "nothing")
    assert states["declared"] == ("none", "nothing")
    assert states["watermark"] == ("unreadable", "not-examined")


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"<svg/>", "image/svg+xml"),
        (b"  \n<svg\twidth='1'>", "image/svg+xml"),
        (b"<!DOCTYPE svg PUBLIC 'x' [ <!ENTITY a 'b'> ]><svg>", "image/svg+xml"),
        (b"<svgx>", None),
        (b"<html><svg>", None),
        (b"<!DOCTYPE html><svg>", None),
        (b"<!--" * 5000, None),
        (b"<!>" * 5000, None),
        (b"svg", None),
        (b"\0\0\0\x18ftyphevx" + bytes(12), "image/heic"),
    ],
)  # fmt: skip
def test_drawings_are_told_from_other_markup(head: bytes, mime: str | None) -> None:
    assert sniff(head) == mime


def test_raw_pictures_are_told_from_other_tiff() -> None:
    assert [sniff(d) for d in (dng(), nef(), arw())] == list(RAW)
    others = (raw(x10F="NIKON CORPORATION"), raw(xFE=1), raw(xFE=1, x10F="Scanner"), raster("TIFF"))
    assert {sniff(d) for d in others} == {"image/tiff"}
    for end in range(8, 200, 7):
        assert sniff(nef()[:end]) in ("image/tiff", "image/x-nikon-nef")
    assert sniff(b"MM\0*" + b"\xff" * 400) == "image/tiff"


def test_folders_are_searched_for_them() -> None:
    assert {".svg", ".dng", ".nef", ".arw", ".heic", ".jxl"} <= EXAMINED_SUFFIXES
