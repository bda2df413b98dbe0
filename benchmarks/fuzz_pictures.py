"""Targets of the fuzzer: what comes in a stranger's picture, or as a model's weights."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import atheris
from fuzz_target import Target, check_told, sealed

from zoo.arguments import network_arguments
from zoo.errors import WeightsError
from zoo.safetensor import VerifiedFile, foreign_format
from zoo_provenance import credentials
from zoo_provenance.cose import signer_sha256
from zoo_provenance.errors import PictureError, RecordError
from zoo_provenance.examiners.c2pa import C2paExaminer
from zoo_provenance.labels import LabelError, source_types
from zoo_provenance.library import read_table
from zoo_provenance.metadata import claims_of, read_fields
from zoo_provenance.pictures import sniff
from zoo_provenance.record import Record
from zoo_provenance.source import SourceType
from zoo_provenance.subject import Subject
from zoo_provenance.text import clean
from zoo_provenance.trust import load_trust
from zoo_provenance.visible import draw_label
from zoo_provenance.xmp import packet


def metadata(data: bytes) -> None:
    """XMP, EXIF, IPTC-IIM and PNG text, and what is thought of them; nothing is ever raised."""
    for mime in {sniff(data) or "image/heic", KINDS[len(data) % len(KINDS)]}:
        claims = claims_of(read_fields(data, mime).found)
        assert all(clean(claim.field.text).isprintable() for claim in claims)
        json.dumps([claim.table() for claim in claims])
    with contextlib.suppress(LabelError):
        source_types(data)


KINDS = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/tiff",
    "image/avif",
    "image/jxl",
    "image/gif",
)


def metadata_examples() -> Iterator[bytes]:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    term = SourceType.TRAINED_ALGORITHMIC_MEDIA
    xmp = packet(term, "a tool", licence="CC-BY-4.0", no_training=True)
    yield xmp
    name = f"Iptc4xmpExt:DigitalSourceType>{term}</Iptc4xmpExt:DigitalSourceType>"
    yield xmp.replace(b"Iptc4xmpExt:Digital", b"xmp:x").replace(
        b"</rdf:D", f"<{name}</rdf:D".encode()
    )
    yield from map(sealed, ("png", "jpeg", "webp", "tiff", "avif"))
    image, out, info = Image.new("L", (1, 1)), io.BytesIO(), PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
    info.add_text("parameters", "a pear\nNegative prompt: b\nSteps: 20, Sampler: Euler, Seed: 1")
    info.add_text("prompt", json.dumps({"3": {"class_type": "KSampler", "inputs": {}}}), zip=True)
    info.add_itxt("AIGC", json.dumps({"Label": "1", "ContentProducer": "x"}))
    exif = Image.Exif()
    exif.update({0x0131: "Midjourney", 0x013B: "a" * 36, 0x010E: "Signature: " + "a" * 64})
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "Steps: 20, Seed: 1".encode("utf-16-be")
    image.save(out, "PNG", pnginfo=info, exif=exif)
    yield out.getvalue()
    for kind in ("JPEG", "WEBP", "TIFF", "AVIF"):
        out = io.BytesIO()
        image.save(out, kind, exif=exif)
        yield out.getvalue()
    out = io.BytesIO()
    image.save(out, "GIF", comment="a pear\nSteps: 20, Sampler: Euler, Seed: 1")
    yield out.getvalue()
    yield b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x0cbrobExif\0\0\0\x08jxlc"
    iim = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x6e\0\x07Made by"
    yield (
        b"\xff\xd8\xff\xed" + (len(iim) + 2).to_bytes(2, "big") + iim + b"\xff\xfe\0\x04hi\xff\xd9"
    )


def manifest(data: bytes) -> None:
    """What the C2PA library tells of a manifest store, with values that it never had.

    Bytes as JSON would hardly ever be any, so they choose what is put where.
    """
    choose = atheris.FuzzedDataProvider(data)
    tables = [json.loads(text) for text in manifest_tables()]
    for table in tables:
        for _ in range(choose.ConsumeIntInRange(0, 12)):
            replace_one(table, choose)
    plain, detailed, certificates = (x if isinstance(x, dict) else {} for x in tables)
    subject = Subject(Path(), data, "image/png", "", load_trust(), None, thorough=False)
    answers = {"json": plain, "detailed_json": detailed, "crjson": certificates}

    def read_table(*_: object, form: str = "json", **__: object) -> dict[str, Any]:
        return answers[form]

    with mock.patch.object(credentials, "read_table", read_table):
        found = C2paExaminer().examine(subject)
    assert all(c.isprintable() for c in found.summary)
    json.dumps(dict(found.details))


@cache
def manifest_tables() -> tuple[str, str, str]:
    """Of a picture that was sealed twice: what the library says of it, and all there is of it."""
    import c2pa

    from zoo_provenance.resealing import job_of, open_file
    from zoo_provenance.sealing import Sealer

    with tempfile.TemporaryDirectory() as folder, Sealer() as sealer:
        first, second = (Path(folder, name) for name in ("a.png", "b.png"))
        first.write_bytes(sealed("png"))
        job = job_of(
            open_file(first),
            SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
            second,
            made_by="x",
            created=False,
        )
        sealer.seal([job])
        with c2pa.Reader("image/png", io.BytesIO(second.read_bytes())) as reader:
            plain, detailed = json.loads(reader.json()), reader.detailed_json()
            certificates = reader.crjson()
    remark = {"code": "assertion.dataHash.additionalExclusionsPresent", "url": ""}
    results = plain["validation_results"]["activeManifest"]
    results["informational"] = [*results.get("informational", ()), remark]
    return json.dumps(plain), detailed, certificates


def replace_one(table: Any, choose: atheris.FuzzedDataProvider) -> None:
    """Walk down to some place and put another value there, or a copy of one from elsewhere."""
    here, last = table, None
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        last = (here, keys[choose.ConsumeIntInRange(0, len(keys) - 1)])
        here = last[0][last[1]]
        if choose.ConsumeIntInRange(0, 5) == 0:
            break
    odd: list[Any] = [None, True, -1, 2**70, 1e308, "", [], {}, [[]], [{}], {"": {}}, ["a"], table]
    text = choose.ConsumeUnicode(40)
    if last is not None:
        pick = choose.ConsumeIntInRange(0, len(odd))
        last[0][last[1]] = text if pick == len(odd) else json.loads(json.dumps(odd[pick]))


def record(data: bytes) -> None:
    try:
        Record.from_json(data.decode("utf-8", "replace")).to_json()
    except RecordError as error:
        check_told(error)


def record_examples() -> Iterator[bytes]:
    one = Record(
        "toy.x", "toy", 4, 0, "Pear", "a pear", {"a": 1.5}, (256, 256), weights=("0" * 64,)
    )
    yield one.to_json().encode()
    yield one.with_terms("CC0-1.0", no_training=True).with_visible_label("AI").to_json().encode()


def signer(data: bytes) -> None:
    """The certificate in a manifest store; nothing is ever raised."""
    _, label = store_example()
    found = signer_sha256(data, label)
    assert found is None or len(found) == 64


@cache
def store_example() -> tuple[bytes, str]:
    """A manifest store, and the label of its manifest."""
    store = io.BytesIO()
    table = read_table(sealed("png"), "image/png", (), store=store)
    return store.getvalue(), str(table["active_manifest"])


def visible(data: bytes) -> None:
    from PIL import Image

    if len(data) >= 4:
        size = (1 + data[0] + 4 * data[1], 1 + data[2] + 4 * data[3])
        image = Image.new("RGB", size)
        try:
            assert draw_label(image, data[4:].decode("utf-8", "replace")).size == size
        except PictureError as error:
            check_told(error)


def safetensors(data: bytes) -> None:
    foreign_format(data)
    file = VerifiedFile("a.safetensors", "0" * 64, data)
    try:
        file.metadata()
        network_arguments(file, "toy", numbers=("labels",), lists=("widths",), texts=("kind",))
    except WeightsError as error:
        check_told(error)


def safetensors_examples() -> Iterator[bytes]:
    network = json.dumps({"labels": 3, "widths": [8, 16], "kind": "toy"})
    header = json.dumps({"__metadata__": {"network": network}, "a": {
        "dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()  # fmt: skip
    yield len(header).to_bytes(8, "little") + header + bytes(4)


TARGETS = {
    "metadata": Target(metadata, metadata_examples),
    "manifest": Target(manifest, lambda: [bytes(range(200)), manifest_tables()[0].encode()[:2000]]),
    "record": Target(record, record_examples),
    "signer": Target(signer, lambda: [store_example()[0]]),
    "visible": Target(visible, lambda: [b"\x40\0\x40\0AI GENERATED"]),
    "safetensors": Target(safetensors, safetensors_examples),
    "sniff": Target(sniff, lambda: [sealed(name)[:300] for name in ("png", "webp", "avif")]),
}
