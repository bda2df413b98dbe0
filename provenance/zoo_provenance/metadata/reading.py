"""Everything of a file that is read for what it says of itself."""

from __future__ import annotations

from ..labels import LabelError, properties
from ..raw import RAW
from ..xmp import NAMESPACE
from .containers import (
    TooManyPartsError,
    gif_comments,
    jpeg_segments,
    jxl_boxes,
    png_chunks,
    webp_chunks,
)
from .exif import find_exif, read_exif
from .field import MAX_TEXT, Fields, FullError, decoded
from .iim import HEADER, read_iim
from .pngtext import NAMES, read_text

_NAMESPACES = {
    "Iptc4xmpExt": NAMESPACE,
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
PROPERTIES = (
    "Iptc4xmpExt:DigitalSourceType",
    "Iptc4xmpExt:AISystemUsed",
    "Iptc4xmpExt:AISystemVersionUsed",
    "Iptc4xmpExt:AIPromptInformation",
    "Iptc4xmpExt:AIPromptWriterName",
    "TC260:AIGC",
    "exif:UserComment",
    "photoshop:Credit",
    "photoshop:Source",
    "tiff:Make",
    "tiff:Software",
    "xmp:CreatorTool",
)
"""The XMP properties that are read, with the prefixes that they are known by."""


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{_NAMESPACES[prefix]} {local}"


_XMP = {_expanded(name): name for name in PROPERTIES}
_COMMENT, _EXIF, _PHOTOSHOP = 0xFE, 0xE1, 0xED
_APPS = range(0xE0, 0xF0)
_PACKED = {b"Exif": "EXIF", b"xml ": "XMP", b"jumb": "JUMBF"}


def read_fields(data: bytes, mime: str) -> Fields:
    """The fields of a file's metadata; what cannot be read is noted among them, nothing raised."""
    fields = Fields()
    try:
        _read_xmp(data, fields)
        if mime == "image/png":
            _read_png(data, fields)
        elif mime == "image/jpeg":
            _read_jpeg(data, fields)
        elif mime == "image/webp":
            _read_webp(data, fields)
        elif mime == "image/gif":
            _read_gif(data, fields)
        elif mime in ("image/tiff", *RAW):
            read_exif(data, fields)
        elif mime in ("image/avif", "image/heic", "image/heif", "image/jxl"):
            for tiff in find_exif(data):
                read_exif(tiff, fields)
            if mime == "image/jxl":
                _note_packed(data, fields)
    except TooManyPartsError:
        fields.fault("more parts than are searched")
    except FullError:
        fields.fault("more text than is read")
    return fields


def _read_xmp(data: bytes, fields: Fields) -> None:
    try:
        for name, value in properties(data, _XMP.keys()):
            fields.add("xmp", _XMP[name], value)
    except LabelError as error:
        fields.fault(str(error))


def _read_png(data: bytes, fields: Fields) -> None:
    for name, start, end in png_chunks(data):
        if name in NAMES:
            read_text(name, data[start:end], fields)
        elif name == b"eXIf":
            read_exif(data[start:end], fields)


def _read_jpeg(data: bytes, fields: Fields) -> None:
    for marker, start, end in jpeg_segments(data):
        if marker == _EXIF and data.startswith(b"Exif\0\0", start):
            read_exif(data[start:end], fields)
        elif marker == _PHOTOSHOP and data.startswith(HEADER, start):
            read_iim(data[start + len(HEADER) : end], fields)
        elif marker == _COMMENT:
            fields.add("jpeg", "comment", decoded(data[start:end]))
        elif marker in _APPS and data.startswith(b"AIGC{", start):
            fields.add("jpeg", "AIGC", decoded(data[start + 4 : end]))


def _read_webp(data: bytes, fields: Fields) -> None:
    for name, start, end in webp_chunks(data):
        if name == b"EXIF":
            read_exif(data[start:end], fields)


def _read_gif(data: bytes, fields: Fields) -> None:
    for comment in gif_comments(data):
        if len(comment) > MAX_TEXT:
            fields.fault(f"a GIF comment of more than {MAX_TEXT >> 20} MiB")
        else:
            fields.add("gif", "comment", decoded(comment))


def _note_packed(data: bytes, fields: Fields) -> None:
    """JPEG XL may pack any box (ISO/IEC 18181-2, section 4, "brob"); Brotli is not unpacked."""
    for name, start, _ in jxl_boxes(data):
        if name == b"brob":
            what = _PACKED.get(data[start : start + 4], "something")
            fields.fault(f"{what} packed with Brotli, which is not read")
