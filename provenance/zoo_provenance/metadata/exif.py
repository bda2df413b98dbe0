"""The few tags of EXIF in which software names itself or leaves its settings.

CIPA DC-008 (EXIF 3.0), section 4.6, on TIFF 6.0, section 2. Only the first directory and its EXIF
directory are read, each once: links in circles lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from .field import MAX_TEXT, Fields, decoded

_TAGS = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
}
_EXIF_TAGS = {0x9286: "UserComment"}
_DIRECTORY = 0x8769
_ONE_BYTE_TYPES = (1, 2, 7, 129)
_SIZE = 12
_MAX_ENTRIES = 512
_HEADERS = (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08")
_MAX_HEADERS = 8


def read_exif(tiff: bytes, fields: Fields) -> None:
    """Add the tags of EXIF data, which begin with a TIFF header, to the fields."""
    if tiff.startswith(b"Exif\0\0"):
        tiff = tiff[6:]
    if tiff[:4] not in (b"II*\0", b"MM\0*"):
        return
    little = tiff.startswith(b"I")
    first = _number(tiff[4:8], little)
    # Some writers put the tags of the EXIF directory into the first one.
    wanted = _TAGS | _EXIF_TAGS
    link = 0
    fields.spend(2 * _SIZE * _MAX_ENTRIES)
    for tag, value in _entries(tiff, first, little):
        if tag == _DIRECTORY:
            link = _number(value[:4], little)
        elif tag in wanted:
            _add(wanted[tag], value, little, fields)
    if link and link != first:
        for tag, value in _entries(tiff, link, little):
            if tag in _EXIF_TAGS:
                _add(_EXIF_TAGS[tag], value, little, fields)


def find_exif(data: bytes) -> Iterator[bytes]:
    """What may be EXIF data in a container that is not walked: by its header, where every writer
    puts the first directory behind it. At most eight."""
    count = 0
    for header in _HEADERS:
        at = data.find(header)
        while at >= 0 and count < _MAX_HEADERS:
            count += 1
            yield data[at : at + MAX_TEXT]
            at = data.find(header, at + 1)


def _entries(tiff: bytes, at: int, little: bool) -> Iterator[tuple[int, bytes]]:
    """(tag, value) of a directory's entries that are text, bytes, or the link to another."""
    count = min(_number(tiff[at : at + 2], little), _MAX_ENTRIES)
    for entry in range(at + 2, at + 2 + _SIZE * count, _SIZE):
        head = tiff[entry : entry + _SIZE]
        if len(head) < _SIZE:
            return
        tag, kind = _number(head[:2], little), _number(head[2:4], little)
        if tag == _DIRECTORY:
            yield tag, head[8:]
        elif kind in _ONE_BYTE_TYPES and (tag in _TAGS or tag in _EXIF_TAGS):
            size = min(_number(head[4:8], little), MAX_TEXT)
            start = _number(head[8:], little)
            yield tag, head[8 : 8 + size] if size <= 4 else tiff[start : start + size]


def _add(name: str, value: bytes, little: bool, fields: Fields) -> None:
    text = _comment(value, little) if name == "UserComment" else decoded(value)
    fields.add("exif", name, text.split("\0", 1)[0])


def _comment(value: bytes, little: bool) -> str:
    """A user comment: eight bytes name its encoding, or are missing."""
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        return _utf16(text, little)
    if code in (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)):
        return decoded(text)
    return decoded(value)


def _utf16(text: bytes, little: bool) -> str:
    """UTF-16 in the byte order that the text shows: writers differ on whether the header's counts,
    and some write UTF-8."""
    even, odd = text[:512:2].count(0), text[1:512:2].count(0)
    if not even and not odd:
        try:
            return text.decode()
        except UnicodeDecodeError:
            pass
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        little, text = text[:1] == b"\xff", text[2:]
    elif even != odd:
        little = odd > even
    return text.decode("utf-16-le" if little else "utf-16-be", "replace")


def _number(value: bytes, little: bool) -> int:
    return int.from_bytes(value, "little" if little else "big")
