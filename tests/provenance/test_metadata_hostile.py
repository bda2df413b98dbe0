"""Metadata that means harm: answers within bounds of time and memory, and never an exception."""

from __future__ import annotations

import io
import json
import random
import struct
import time
import tracemalloc
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from zoo_provenance.metadata import Field, Fields, claims_of, read_fields
from zoo_provenance.pictures import sniff

MAX_SECONDS = 3.0
MAX_BYTES = 128 << 20
INFOTEXT = "a cat\nSteps: 20, Sampler: Euler a, Seed: 5"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read(data: bytes) -> Fields:
    fields = read_fields(data, sniff(data) or "image/png")
    for claim in claims_of(fields.found):
        table = claim.table()
        assert all(value.isprintable() for value in table.values())
        assert len(table["value"]) <= 200
    return fields


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + bytes(4)


def bases() -> list[bytes]:
    """One of each container, full of metadata."""
    found = []
    exif = Image.Exif()
    exif[0x131] = "Midjourney"
    exif[0x9286] = b"UNICODE\0" + INFOTEXT.encode("utf-16-le")
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a/></x:xmpmeta>'
    for kind in ("JPEG", "WEBP", "AVIF", "TIFF"):
        out = io.BytesIO()
        options = {} if kind == "TIFF" else {"xmp": xmp}
        Image.new("RGB", (16, 16)).save(out, kind, exif=exif, **options)
        found.append(out.getvalue())
    info = PngInfo()
    info.add_text("parameters", INFOTEXT)
    info.add_text("Comment", json.dumps({"prompt": "x"}), zip=True)
    info.add_itxt("AIGC", json.dumps({"Label": "1", "ProduceID": "1"}), zip=True)
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "PNG", pnginfo=info, exif=exif)
    block = b"\x1c\x02\x6e\0\4Jane\x1c\x02\x41\0\x0aMidjourney"
    resource = b"Photoshop 3.0\08BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    app13 = b"\xff\xed" + struct.pack(">H", 2 + len(resource)) + resource
    return [*found, out.getvalue(), found[0][:2] + app13 + found[0][2:]]


BASES = bases()


def test_the_bases_are_read() -> None:
    assert [len(claims_of(read(data).found)) >= 2 for data in BASES] == [True] * len(BASES)


@given(st.sampled_from(BASES), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_broken_files(data: bytes, rng: random.Random) -> None:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        at = rng.randrange(len(changed))
        way = rng.randrange(4)
        if way == 0:
            changed[at] = rng.randrange(256)
        elif way == 1:
            changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", bytes(4), b"\x80\0\0\0"))
        elif way == 2:
            del changed[at : at + rng.randrange(40)]
        else:
            changed[at:at] = changed[max(0, at - 60) : at]
        if not changed:
            return
    read(bytes(changed))
    read(bytes(changed[: rng.randrange(len(changed) + 1)]))


@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]))
@settings(max_examples=200, deadline=None)
def test_noise_behind_a_header(noise: bytes, format: str) -> None:
    heads = {
        "JPEG": b"\xff\xd8\xff\xe1\x01\0Exif\0\0II*\0\x08\0\0\0",
        "PNG": SIGNATURE + b"\0\0\1\0zTXt",
        "WEBP": b"RIFF\xff\0\0\0WEBPEXIF\x40\0\0\0II*\0\x08\0\0\0",
        "TIFF": b"MM\0*\0\0\0\x08",
        "AVIF": b"\0\0\0\x18ftypavif" + bytes(12) + b"II*\0\x08\0\0\0",
    }
    read(heads[format] + noise)


TEXTS = st.text(max_size=200) | st.sampled_from([INFOTEXT, "{", "[" * 20_000, '{"AIGC": "{"}'])
PLACES = [
    ("png-text", name)
    for name in ("parameters", "prompt", "workflow", "Dream", "Comment", "AIGC", "sd-metadata")
]
PLACES += [("exif", "UserComment"), ("exif", "Model"), ("xmp", "TC260:AIGC"), ("jpeg", "comment")]


@given(st.sampled_from(PLACES), TEXTS | st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["AIGC", "Label", "nodes", "links", "inputs", "a"]), inner),
    max_leaves=12,
).map(json.dumps))  # fmt: skip
@example(("png-text", "prompt"), "prompt:" + '{"a":' * 20_000)
@example(("xmp", "TC260:AIGC"), '{"Label": ' + "9" * 5000 + "}")
@settings(max_examples=200, deadline=None)
def test_any_text(place: tuple[str, str], text: str) -> None:
    claims_of([Field(*place, text)])


def directory(*entries: tuple[int, int, int, int]) -> bytes:
    return struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)


HEAD = b"II*\0\x08\0\0\0"
LOOP = HEAD + directory((0x8769, 4, 1, 8)) + struct.pack("<I", 8)
HUGE = HEAD + directory(*[(0x131, 2, 2**32 - 1, 8)] * 500)
GIF = b"GIF89a" + bytes(7)
JXL = b"\0\0\0\x0cJXL \r\n\x87\n"
PACKED = zlib.compress(b"a" * 200_000_000, 9)
HARM = {
    "a bomb": SIGNATURE + chunk(b"zTXt", b"parameters\0\0" + PACKED),
    "many bombs": SIGNATURE + chunk(b"zTXt", b"parameters\0\0" + PACKED) * 40,
    "a bomb in iTXt": SIGNATURE + chunk(b"iTXt", b"prompt\0\1\0\0\0" + PACKED),
    "a million chunks": SIGNATURE + chunk(b"tEXt", b"a\0b") * 1_000_000,
    "a long text": SIGNATURE + chunk(b"tEXt", b"prompt\0" + b'{"a":' * 9_000_000),
    "endless dream": SIGNATURE + chunk(b"tEXt", b'Dream\0"' + b" -s1 -S" * 500_000),
    "endless steps": SIGNATURE + chunk(b"tEXt", b"parameters\0" + b"\nSteps: 1, " * 350_000),
    "a large graph": SIGNATURE
    + chunk(b"tEXt", b"prompt\0" + json.dumps({str(i): {} for i in range(100_000)}).encode()),
    "a million segments": b"\xff\xd8" + b"\xff\xfe\0\3a" * 1_000_000,
    "fill bytes": b"\xff\xd8" + b"\xff" * 2_000_000,
    "a million parts": b"RIFF\0\0\0\0WEBP" + b"ALPH\0\0\0\0" * 1_000_000,
    "many small bombs": SIGNATURE
    + chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(1 << 22), 9)) * 10_000,
    "exif in every chunk": SIGNATURE + chunk(b"eXIf", HUGE) * 10_000,
    "a million datasets": b"\xff\xd8"
    + (b"\xff\xed\xff\xfcPhotoshop 3.0\08BIM\x04\x04\0\0\0\0\xff\xe0" + b"\x1c\2\1\0\0" * 13_100)[
        :65_534
    ]
    * 1000,
    "a loop": LOOP,
    "a million comments": GIF + b"!\xfe\1a\0" * 1_000_000,
    "a comment in bits": GIF + b"!\xfe" + b"\1a" * 20_000_000,
    "a long comment": GIF + b"!\xfe" + (b"\xff" + b"a" * 255) * 400_000 + b"\0;",
    "a million boxes": JXL + b"\0\0\0\x0cbrobExif" * 1_000_000,
    "a box of nothing": JXL + b"\0\0\0\7brobExif" * 1_000_000,
    "a box that goes back": JXL + b"\0\0\0\1brob" + b"\xff" * 8 + b"Exif",
    "huge tags": HUGE,
    "many huge tags": b"\xff\xd8\xff\xe1\xff\xf0Exif\0\0" + HUGE + bytes(70_000),
    "exif everywhere": b"\0\0\0\x18ftypavif" + bytes(12) + HEAD * 1_000_000,
    "a million attributes": b"\xff\xd8\xff<x:xmpmeta "
    + b"".join(b"a%d='' " % i for i in range(100_000))
    + b"></x:xmpmeta>",
}


@pytest.mark.parametrize("data", HARM.values(), ids=HARM)
def test_harm_is_bounded(data: bytes) -> None:
    start = time.process_time()
    read(data)
    assert time.process_time() - start < MAX_SECONDS


@pytest.mark.parametrize("name", ["many bombs", "a long text", "many huge tags", "a long comment"])
def test_memory_is_bounded(name: str) -> None:
    tracemalloc.start()
    try:
        read(HARM[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_BYTES


def test_what_is_too_much_is_said() -> None:
    assert read(HARM["a bomb"]).unread == ["a PNG text of more than 4 MiB"]
    assert read(HARM["a long comment"]).unread == ["a GIF comment of more than 4 MiB"]
    assert "more parts than are searched" in read(HARM["a million parts"]).unread
    assert "more parts than are searched" in read(HARM["a comment in bits"]).unread
    assert "more parts than are searched" in read(HARM["a million boxes"]).unread
    assert "more text than is read" in read(HARM["a million chunks"]).unread
