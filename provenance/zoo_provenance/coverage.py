"""Whether a manifest's hash covers the picture, or leaves out what somebody could exchange.

A hash must leave out the manifest itself, and formats need a few bytes more (C2PA Technical
Specification 2.4, section 18: a TIFF's pointer to it; in the box formats, boxes that hold no
picture). A signer may leave out anything else as well: the library only remarks upon it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REMARK = ".additionalExclusionsPresent"
"""How the status code ends by which the library remarks that there is more than it expects."""

MAX_POINTER = 16
"""Bytes of a range that can hold a pointer and no part of a picture."""

_BOXES = frozenset({"/uuid", "/ftyp", "/mfra", "/free", "/skip", "/emsg"})
_DESCRIPTION = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
_HEAD = 64
_SEGMENT = 512  # of a JPEG: twenty bytes of headers in 64 KiB, with room


def covers(assertions: Mapping[str, Any], data: bytes) -> bool:
    """Whether the hash assertions of a manifest (label: table) leave out no part of a picture.

    ``data`` is the file. Boxes hashed by name (``c2pa.hash.boxes``) are not looked into, and count
    as not covered.
    """
    hashes = {k: v for k, v in assertions.items() if k.startswith("c2pa.hash.")}
    return bool(hashes) and all(_covers(label, table, data) for label, table in hashes.items())


def _covers(label: str, table: object, data: bytes) -> bool:
    left_out = table.get("exclusions") if isinstance(table, dict) else None
    if not isinstance(left_out, list) or not all(isinstance(entry, dict) for entry in left_out):
        return False
    if label.startswith("c2pa.hash.bmff"):
        return all(str(entry.get("xpath")) in _BOXES for entry in left_out)
    return label.startswith("c2pa.hash.data") and all(_is_small(entry, data) for entry in left_out)


def _is_small(entry: Mapping[str, Any], data: bytes) -> bool:
    start, length = entry.get("start"), entry.get("length")
    if type(start) is not int or type(length) is not int:
        return False
    return length <= MAX_POINTER or length <= _manifest_length(data[start : start + _HEAD])


def _manifest_length(head: bytes) -> int:
    """The most bytes that a manifest store takes in a file, from the head of its range; 0 where
    the range holds none."""
    at = head.find(b"jumb")
    if at < 4 or _DESCRIPTION not in head:
        return 0
    length = int.from_bytes(head[at - 4 : at], "big")
    return length + length // _SEGMENT + _HEAD
