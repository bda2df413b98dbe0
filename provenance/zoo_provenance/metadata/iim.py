"""The credit lines of IPTC-IIM in a JPEG's Photoshop segment.

IPTC Information Interchange Model 4.2, chapters 3 and 6; Adobe Photoshop file formats
specification, "image resource blocks".
"""

from __future__ import annotations

from collections.abc import Iterator

from .field import Fields, decoded

HEADER = b"Photoshop 3.0\0"
_IPTC = 0x0404
_DATASETS = {
    (2, 65): "Originating Program",
    (2, 110): "Credit",
    (2, 115): "Source",
}


def read_iim(segment: bytes, fields: Fields) -> None:
    """Add the datasets of an APP13 segment, without its header, to the fields."""
    fields.spend(len(segment))
    for number, start, end in _resources(segment):
        if number == _IPTC:
            for key, value in _datasets(segment[start:end]):
                if key in _DATASETS:
                    fields.add("iptc-iim", _DATASETS[key], decoded(value))


def _resources(segment: bytes) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of each image resource."""
    at = 0
    while segment[at : at + 4] == b"8BIM" and at + 12 <= len(segment):
        number = int.from_bytes(segment[at + 4 : at + 6], "big")
        name = segment[at + 6] + 1
        at += 6 + name + name % 2
        start = at + 4
        end = start + int.from_bytes(segment[at:start], "big")
        yield number, start, min(end, len(segment))
        at = end + end % 2


def _datasets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        if size & 0x8000:  # an extended dataset: none of ours is that long
            return
        yield (block[at + 1], block[at + 2]), block[at + 5 : at + 5 + size]
        at += 5 + size
