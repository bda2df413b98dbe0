"""Attacks on the bytes of a file: what lies where, and what is covered by which hash."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

from attack import Attempt, attack
from by_certificates import UNREADABLE
from by_removing import ISSUED
from by_swapping import CAPTURED, MADE_BY_AI
from forging import forged, leave_out
from lab import TAKEN, Lab, encoded, pixels_of
from PIL import Image
from surgery import HEAD, chunk, flipped, inserted, manifest_of, without


@attack(UNREADABLE, honest=CAPTURED, why="A signature that leaves out the picture proves nothing "
        "about it, whoever signed.")  # fmt: skip
def pixels_left_out_of_the_signature(lab: Lab) -> Attempt:
    """has the signature leave out the pixels, and then exchanges them."""
    start = lab.captured.index(b"IDAT")
    change = leave_out(lab.captured, start, len(lab.captured) - 12 - start)
    open_to_all = forged(lab.captured, lab.agency.sign_bytes, "c2pa.hash.data", change)
    at = open_to_all.index(b"IDAT") + 40
    hostile = open_to_all[:at] + bytes([open_to_all[at] ^ 1]) + open_to_all[at + 1 :]
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("altered unknown changed", honest=CAPTURED, why="The hash covers the file to its end.")
def zip_archive_behind_the_picture(lab: Lab) -> Attempt:
    """appends an archive to a signed photograph, so that the file is both."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.txt", "payload")
    return Attempt(lab.case(lab.captured + out.getvalue()), lab.case(lab.captured))


@attack("altered unknown changed", honest=CAPTURED, why="The hash covers what lies before the "
        "pixels, too.")  # fmt: skip
def web_page_inside_the_picture(lab: Lab) -> Attempt:
    """puts a web page with a script into a signed photograph, as a comment."""
    page = chunk(b"tEXt", b"Comment\0<html><script>alert(1)</script></html>")
    return Attempt(lab.case(inserted(lab.captured, page)), lab.case(lab.captured))


@attack(UNREADABLE, honest=MADE_BY_AI, why="A file with two manifest stores is not valid: neither "
        "is believed.")  # fmt: skip
def second_manifest_store(lab: Lab) -> Attempt:
    """puts a photograph's manifest before the one that says AI."""
    hostile = inserted(lab.made, manifest_of(lab.captured))
    return Attempt(lab.case(hostile), lab.case(lab.made))


@attack(UNREADABLE, honest=CAPTURED, why="A box that claims 4 GiB is damage, and no memory is "
        "taken for it.")  # fmt: skip
def giant_box(lab: Lab) -> Attempt:
    """lets a box within the manifest claim a length of almost 4 GiB."""
    at = lab.captured.rindex(b"jumb", 0, lab.captured.index(b"c2pa.assertions\0")) - 4
    hostile = lab.captured[:at] + b"\xff\xff\xff\xf0" + lab.captured[at + 4 :]
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("no-evidence unknown unbound", honest=CAPTURED, why="Boxes with nothing in them are no "
        "manifest.")  # fmt: skip
def boxes_in_boxes(lab: Lab) -> Attempt:
    """puts 2,000 boxes into one another in place of the manifest, to exhaust the reader."""
    boxes = b"".join(struct.pack(">I4s", 8 * (2000 - i), b"jumb") for i in range(2000))
    hostile = inserted(lab.photo, chunk(b"caBX", boxes))
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack(UNREADABLE, honest=CAPTURED, why="A manifest that cannot be read says nothing.")
def manifest_cut_off(lab: Lab) -> Attempt:
    """cuts a signed photograph's manifest off in the middle."""
    data = manifest_of(lab.captured)[8:-4]
    hostile = inserted(without(lab.captured, b"caBX"), chunk(b"caBX", data[: len(data) // 2]))
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("altered unknown changed", honest=CAPTURED, why="The assertion's own hash does not fit any "
        "more.")  # fmt: skip
def hash_algorithm_exchanged(lab: Lab) -> Attempt:
    """lets the manifest say that its hashes are by another algorithm."""
    return Attempt(lab.case(flipped(lab.captured, b"sha256")), lab.case(lab.captured))


@attack("altered unknown changed", honest=CAPTURED, why="By an algorithm that is not known, the "
        "picture cannot be checked.")  # fmt: skip
def hash_algorithm_that_is_broken(lab: Lab) -> Attempt:
    """has a trusted signer bind the picture by MD5, under which others can be made to fit."""

    def change(table: dict[str, Any]) -> None:
        table["alg"], table["pad"] = "md5", bytes(len(table["pad"]) + 3)

    hostile = forged(lab.captured, lab.agency.sign_bytes, "c2pa.hash.data", change)
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("altered unknown changed", honest=CAPTURED, why="The small picture inside is covered, too.")
def thumbnail_exchanged(lab: Lab) -> Attempt:
    """exchanges only the small preview inside a signed photograph, which many programs show."""
    small = Image.fromarray(pixels_of(lab.photo)).resize((32, 32))
    preview, other = encoded(small, "JPEG"), encoded(small.rotate(180), "JPEG")
    # A second directory with where the preview begins and how long it is (EXIF 2.32, 4.6.4).
    entries = struct.pack("<HHIIHHII", 0x201, 4, 1, 44, 0x202, 4, 1, len(preview))
    exif = b"Exif\0\0II*\0" + struct.pack("<IHIH", 8, 0, 14, 2) + entries + bytes(4)
    data = encoded(pixels_of(lab.photo), "JPEG", exif=exif + preview)
    signed = lab.agency.sign(data, TAKEN, mime="image/jpeg")
    assert preview in signed
    cut = other[: len(preview)].ljust(len(preview), b"\0")
    honest = lab.case(signed, name="picture.jpg")
    return Attempt(honest.but(data=signed.replace(preview, cut)), honest)


@attack("issued-here ai changed", honest=ISSUED, why="A file of another kind under the same name "
        "is looked into as what it is.")  # fmt: skip
def format_disguised(lab: Lab) -> Attempt:
    """saves one of our pictures as a GIF and calls it a PNG."""
    return Attempt(lab.case(encoded(pixels_of(lab.sealed), "GIF")), lab.case(lab.sealed))


@attack("error unreadable", honest=ISSUED, why="Half a picture is no picture, and no answer is "
        "given about it.")  # fmt: skip
def header_alone(lab: Lab) -> Attempt:
    """shows only the head of one of our files."""
    return Attempt(lab.case(lab.sealed[:HEAD]), lab.case(lab.sealed))
