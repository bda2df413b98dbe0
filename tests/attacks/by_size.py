"""Attacks by files that ask for much: time, memory, patience."""

from __future__ import annotations

import struct
import zlib

from attack import Attempt, attack
from by_certificates import UNPROVEN
from by_removing import COPY, ISSUED
from by_swapping import CAPTURED
from lab import MADE, OPENED, PLACED, TAKEN, Lab, encoded
from PIL import Image
from surgery import chunk, inserted, without

NOTHING = "no-evidence unknown unbound"
PACKED = zlib.compress(b"a" * 20_000_000, 9)
SETTINGS = b"parameters\0a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


def of_size(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    packed = chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9))
    return b"\x89PNG\r\n\x1a\n" + header + packed + chunk(b"IEND", b"")


@attack("error too-large", honest=NOTHING, why="So many pixels are not decoded.")
def pixel_bomb(lab: Lab) -> Attempt:
    """sends a file of a thousand bytes that unpacks to 3.6 thousand million pixels."""
    return Attempt(lab.case(of_size(60_000, 60_000)), lab.case(lab.photo))


@attack("claimed-ai ai unbound", honest=NOTHING, why="The text is unpacked no further than is "
        "allowed, and the label behind it is still read.")  # fmt: skip
def text_bomb_before_a_label(lab: Lab) -> Attempt:
    """hides a generator's settings behind a text that unpacks to 20 MB."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + PACKED)
    return Attempt(lab.case(inserted(lab.photo, bomb, chunk(b"tEXt", SETTINGS))),
                   lab.case(lab.photo))  # fmt: skip


@attack(COPY, honest=ISSUED, why="What the metadata asks for is refused; the pixels are still "
        "looked at.")  # fmt: skip
def metadata_bomb(lab: Lab) -> Attempt:
    """replaces the label of one of our pictures by metadata that unpacks to 20 MB."""
    bomb = chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + PACKED)
    hostile = inserted(without(lab.sealed, b"iTXt", b"caBX"), bomb)
    return Attempt(lab.case(hostile), lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="Parts that mean nothing are passed over.")
def many_thousand_parts(lab: Lab) -> Attempt:
    """puts 50,000 empty parts before the pixels of one of our pictures."""
    hostile = inserted(without(lab.sealed, b"caBX"), chunk(b"abCd", b"") * 50_000)
    return Attempt(lab.case(hostile), lab.case(lab.sealed))


@attack("error unreadable", honest=NOTHING, why="A directory that leads to itself is read once.")
def directory_that_leads_to_itself(lab: Lab) -> Attempt:
    """sends a TIFF whose first directory is its own successor."""
    loop = b"II*\0\x08\0\0\0" + b"\0\0" + struct.pack("<I", 8)
    return Attempt(lab.case(loop, name="loop.tif"), lab.case(lab.photo))


@attack("declared-ai ai intact", honest=CAPTURED, why="However long the history is, the whole of "
        "it is read.")  # fmt: skip
def sixty_generations(lab: Lab) -> Attempt:
    """hides that a picture is by AI under sixty signed edits."""
    speck = encoded(Image.new("RGB", (8, 8), (200, 30, 40)))
    old, taken = lab.agency.sign(speck, MADE), lab.agency.sign(speck, TAKEN)
    for _ in range(60):
        old = lab.agency.sign(speck, OPENED, parents=[old])
    honest = lab.agency.sign(speck, OPENED, parents=[taken])
    return Attempt(lab.case(old), lab.case(honest))


@attack(UNPROVEN, honest=CAPTURED, why="Where there is more history than can be read, nothing is "
        "cleared by the part that was.")  # fmt: skip
def ai_picture_among_hundreds(lab: Lab) -> Attempt:
    """hides a picture by AI as the last of 260 that a signed collage of photographs is made of."""
    speck = encoded(Image.new("RGB", (8, 8), (200, 30, 40)))
    taken = [lab.agency.sign(speck, TAKEN) for _ in range(259)]
    many = [*taken, lab.agency.sign(speck, MADE)]
    hostile, honest = (
        lab.agency.sign(speck, TAKEN, PLACED, parents=parts, relationship="componentOf")
        for parts in (many, taken[:3])
    )
    return Attempt(lab.case(hostile), lab.case(honest))
