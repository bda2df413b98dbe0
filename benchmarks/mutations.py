"""Ways in which picture files break or are broken, some of them knowing how the file is built."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

EXTREMES = (0, 1, 2, 7, 8, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True)
class Layout:
    """How a format is cut into parts, and where a part keeps its length: (offset, struct code)."""

    parts: Callable[[bytes], Iterator[bytes]]
    length: tuple[int, str]
    nests: bool = False


def mutate(data: bytes, other: bytes, suffix: str, rng: random.Random) -> bytes:
    """``data`` broken in one to three ways; ``other`` is a file to take pieces from."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        ways = [flip, overwrite, truncate, remove, repeat, splice, extreme, claim]
        layout = LAYOUTS.get(suffix)
        if layout is not None:
            ways += [rearrange, mislength, rearrange, mislength]
            ways += [nest] * layout.nests
        way = rng.choice(ways)
        if way in (rearrange, mislength, nest):
            data = way(data, layout, rng)
        else:
            data = way(data, other, rng)
        if suffix == ".png" and rng.random() < 0.7:
            data = with_sums(data)
    return data


def flip(data: bytes, _: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _bit in range(rng.choice((1, 4, 64)) if data else 0):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def overwrite(data: bytes, _: bytes, rng: random.Random) -> bytes:
    at, count = rng.randrange(len(data) + 1), rng.randrange(1, 400)
    return data[:at] + rng.randbytes(count) + data[at + count :]


def truncate(data: bytes, _: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def remove(data: bytes, _: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.randrange(1, 2000) :]


def repeat(data: bytes, _: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at : at + rng.randrange(1, 500)] * rng.choice((2, 20, 500)) + data[at:]


def splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """The beginning of one file and the end of another, or a piece of the other within."""
    here, there = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    piece = other[there : there + rng.randrange(1, 5000)]
    return data[:here] + (other[there:] if rng.random() < 0.5 else piece + data[here:])


def extreme(data: bytes, _: bytes, rng: random.Random) -> bytes:
    """A number that is too small or too large, most often where headers are."""
    most = len(data) if rng.random() < 0.3 else min(len(data), 600)
    at, number = rng.randrange(most + 1), rng.choice(EXTREMES)
    packed = struct.pack(rng.choice("<>") + "I", number)
    packed = packed[: rng.choice((2, 4))]
    return data[:at] + packed + data[at + len(packed) :]


def claim(data: bytes, _: bytes, rng: random.Random) -> bytes:
    """Damage in what the readers of C2PA and XMP parse."""
    marks = [at for at in map(data.find, (b"jumb", b"cbor", b"c2pa", b"<x:xmpmeta")) if at >= 0]
    changed = bytearray(data)
    start = rng.choice(marks) if marks else 0
    for _byte in range(8 if data else 0):
        changed[min(start + rng.randrange(4000), len(data) - 1)] = rng.randrange(256)
    return bytes(changed)


def rearrange(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """Parts that are missing, come often, or in another order."""
    parts = list(layout.parts(data))
    if len(parts) < 3:
        return data
    at = rng.randrange(1, len(parts))
    way = rng.randrange(4)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts[at:at] = [parts[at]] * rng.choice((1, 3, 2000 if len(parts[at]) < 1000 else 3))
    elif way == 2:
        other = rng.randrange(1, len(parts))
        parts[at], parts[other] = parts[other], parts[at]
    else:
        rest = parts[1:]
        rng.shuffle(rest)
        parts[1:] = rest
    return b"".join(parts)


def mislength(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """A part whose length is a lie."""
    parts = list(layout.parts(data))
    at = rng.randrange(len(parts)) if parts else 0
    offset, code = layout.length
    size = struct.calcsize(code)
    if not parts or len(parts[at]) < offset + size:
        return data
    true = struct.unpack_from(code, parts[at], offset)[0]
    number = rng.choice((*EXTREMES, true - 1, true + 1, 2 * true, true // 2)) % (1 << 8 * size)
    parts[at] = parts[at][:offset] + struct.pack(code, number) + parts[at][offset + size :]
    return b"".join(parts)


def nest(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """A box in a box in a box."""
    parts = list(layout.parts(data))
    if len(parts) < 2:
        return data
    at = rng.randrange(1, len(parts))
    name = rng.choice((b"meta", b"jumb", b"uuid", b"moov", parts[at][4:8]))
    for _ in range(rng.choice((1, 10, 300, 3000))):
        parts[at] = struct.pack(">I4s", len(parts[at]) + 8, name[:4].ljust(4)) + parts[at]
    return b"".join(parts)


def with_sums(data: bytes) -> bytes:
    """A PNG whose chunks have sums that fit, so that decoders go on to what is in them."""
    parts = list(_chunks(data))
    for number, part in enumerate(parts[1:], start=1):
        if len(part) >= 12:
            parts[number] = part[:-4] + struct.pack(">I", zlib.crc32(part[4:-4]))
    return b"".join(parts)


def _chunks(data: bytes) -> Iterator[bytes]:
    """The signature of a PNG, then its chunks."""
    yield data[:8]
    yield from _sized(data, 8, lambda at: struct.unpack_from(">I", data, at)[0] + 12)


def _segments(data: bytes) -> Iterator[bytes]:
    """A JPEG's start, its segments, and all from the first scan on."""
    yield data[:2]
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = 2 + struct.unpack_from(">H", data, at + 2)[0]
        yield data[at : at + size]
        at += size
    yield data[at:]


def _riff(data: bytes) -> Iterator[bytes]:
    yield data[:12]
    yield from _sized(
        data, 12, lambda at: 8 + (struct.unpack_from("<I", data, at + 4)[0] + 1) // 2 * 2
    )


def _boxes(data: bytes) -> Iterator[bytes]:
    yield from _sized(data, 0, lambda at: struct.unpack_from(">I", data, at)[0] or len(data))


def _sized(data: bytes, at: int, size: Callable[[int], int]) -> Iterator[bytes]:
    while at + 8 <= len(data):
        step = max(8, size(at))
        yield data[at : at + step]
        at += step
    if at < len(data):
        yield data[at:]


def _entries(data: bytes) -> Iterator[bytes]:
    """A TIFF's first directory, entry by entry, between what is before and behind it."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 8:
        yield data
        return
    start = struct.unpack_from(order + "I", data, 4)[0]
    if start + 2 > len(data):
        yield data
        return
    count = struct.unpack_from(order + "H", data, start)[0]
    yield data[: start + 2]
    for number in range(count):
        yield data[start + 2 + 12 * number : start + 14 + 12 * number]
    yield data[start + 2 + 12 * count :]


_BOXED = Layout(_boxes, (0, ">I"), nests=True)
_TIFF = Layout(_entries, (4, "<I"))
LAYOUTS = {
    ".png": Layout(_chunks, (0, ">I")),
    ".jpg": Layout(_segments, (2, ">H")),
    ".webp": Layout(_riff, (4, "<I")),
    ".avif": _BOXED,
    ".heic": _BOXED,
    ".jxl": _BOXED,
    ".tif": _TIFF,
    ".dng": _TIFF,
}
