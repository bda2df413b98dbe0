"""Consent: pictures whose marks say that AI may not be trained on them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from zoo.data.consent import training_refused
from zoo_provenance.identity import ensure_identity
from zoo_provenance.manifest import ManifestSigner
from zoo_provenance.source import IPTC

ACTION = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}


def picture(format: str = "PNG", **options: object) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, **options)
    return out.getvalue()


def signed(entries: dict[str, str], label: str, mime: str = "image/png") -> bytes:
    """A picture whose manifest says this of each use."""
    table = {"entries": {key: {"use": use} for key, use in entries.items()}}
    manifest = {
        "claim_generator_info": [{"name": "Camera", "version": "1"}],
        "assertions": [
            {"label": "c2pa.actions.v2", "created": True, "data": {"actions": [ACTION]}},
            {"label": label, "data": table},
        ],
    }
    plain = picture("PNG" if mime == "image/png" else "JPEG")
    return ManifestSigner(ensure_identity()).sign(plain, mime, manifest)[0]


@pytest.mark.parametrize("label", ["cawg.training-mining", "c2pa.training-mining"])
@pytest.mark.parametrize("name", ["ai_generative_training", "ai_training", "data_mining"])
@pytest.mark.parametrize("use", ["notAllowed", "constrained"])
def test_a_refusal_is_honoured(label: str, name: str, use: str) -> None:
    prefix = label.partition(".")[0]
    others = {f"{prefix}.ai_inference": "allowed"}
    reason = training_refused(signed({f"{prefix}.{name}": use, **others}, label))
    assert reason == f"its C2PA manifest says {name}: {use}"


def test_what_is_allowed_or_is_not_training_is_none() -> None:
    allowed = {f"cawg.{name}": "allowed" for name in ("ai_generative_training", "data_mining")}
    for entries in (allowed, {"cawg.ai_inference": "notAllowed"}):
        assert training_refused(signed(entries, "cawg.training-mining")) is None


def test_generative_training_is_named_first_and_jpegs_are_read() -> None:
    entries = {f"cawg.{n}": "notAllowed" for n in ("data_mining", "ai_generative_training")}
    reason = training_refused(signed(entries, "cawg.training-mining", "image/jpeg"))
    assert reason == "its C2PA manifest says ai_generative_training: notAllowed"


def test_a_refusal_needs_no_valid_signature() -> None:
    data = signed({"cawg.ai_training": "notAllowed"}, "cawg.training-mining")
    at = data.rindex(b"IDAT") + 40
    other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert training_refused(other) == "its C2PA manifest says ai_training: notAllowed"


def test_manifests_that_cannot_be_read_refuse_nothing() -> None:
    data = signed({"cawg.ai_training": "notAllowed"}, "cawg.training-mining")
    at = data.index(b"c2pa.claim") - 60
    for damaged in (data[:at] + bytes(400) + data[at + 400 :], data[: at + 200], b"c2pa" + data,
                    b"\x89PNG\r\n\x1a\nc2pa", b"c2pa", b""):  # fmt: skip
        assert training_refused(damaged) is None


def test_no_parser_starts_where_there_is_no_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a reader was started")

    monkeypatch.setattr("zoo.data.consent.read_store", refuse)
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"):
        assert training_refused(picture(kind)) is None


def xmp(value: str) -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">{value}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    )
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet, zip=True)
    return picture("PNG", pnginfo=info)


VOCABULARY = "http://ns.useplus.org/ldf/vocab/"


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        (f"<plus:DataMining>{VOCABULARY}DMI-PROHIBITED</plus:DataMining>", True),
        (f"<plus:DataMining>{VOCABULARY}DMI-PROHIBITED-GENAIMLTRAINING</plus:DataMining>", True),
        ("<plus:DataMining>DMI-PROHIBITED-AIMLTRAINING</plus:DataMining>", True),
        (f"<plus:DataMining>{VOCABULARY}DMI-ALLOWED</plus:DataMining>", False),
        (f"<plus:DataMining>{VOCABULARY}DMI-UNSPECIFIED</plus:DataMining>", False),
        ("<plus:Other>DMI-PROHIBITED</plus:Other>", False),
        ("<plus:DataMining>", False),
    ],
)
def test_the_iptc_property_in_xmp(value: str, refused: bool) -> None:
    reason = training_refused(xmp(value))
    assert (reason is not None) == refused
    assert reason is None or reason.startswith("its XMP says plus:DataMining: DMI-PROHIBITED")
