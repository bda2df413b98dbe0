"""Reading C2PA manifests: states, who is trusted, tampering, and what the past says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import time
from pathlib import Path

import numpy as np
import pytest
from forging import forged, leave_out
from PIL import Image

from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.examiners import C2paExaminer
from zoo_provenance.record import Record
from zoo_provenance.source import C2PA, IPTC, Origin
from zoo_provenance.subject import read_subject
from zoo_provenance.trust import Trust
from zoo_provenance.verdict import decide


def created(term: str) -> dict:
    return {"action": "c2pa.created", "digitalSourceType": term if ":" in term else IPTC + term}


OPENED = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["ingredient0"]}}
PLACED = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["ingredient0"]}}
CROPPED = {"action": "c2pa.cropped"}
AI, CAPTURE = "trainedAlgorithmicMedia", "digitalCapture"


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes, trust: Trust) -> Evidence:
        path = tmp_path / "file"
        path.write_bytes(data)
        return C2paExaminer().examine(read_subject(path, trust, None, thorough=True))

    return read


def chunk(png: bytes, name: bytes) -> bytes:
    at = png.index(name) - 4
    return png[at : at + 12 + int.from_bytes(png[at : at + 4], "big")]


def with_other_pixels(signed: bytes) -> bytes:
    """Another picture under the manifest of ``signed``."""
    pixels = np.asarray(Image.open(io.BytesIO(signed)).convert("RGB")).copy()
    pixels[40:60, 40:60] ^= 0x40
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    plain = out.getvalue()
    return plain[:33] + chunk(signed, b"caBX") + plain[33:]


def flipped(data: bytes, text: bytes) -> bytes:
    at = data.index(text)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_no_manifest(read, png) -> None:
    found = read(png, Trust())
    assert (found.state, found.finding) == ("none", Finding.NOTHING)


def test_trusted_only_by_our_anchors(read, png, agency, stranger) -> None:
    signed = agency.sign(png, created(AI))
    found = read(signed, agency.trust)
    assert (found.state, found.trusted, found.origin) == ("Trusted", True, Origin.AI)
    assert "News Agency" in found.details["signer"]
    for trust in (Trust(), stranger.trust):
        found = read(signed, trust)
        assert (found.state, found.trusted, found.origin) == ("Valid", False, Origin.AI)


def test_a_stranger_is_never_named(read, png, stranger, agency) -> None:
    found = read(stranger.sign(png, created(CAPTURE)), agency.trust)
    assert "an unverified signer" in found.summary
    assert "OpenAI" not in found.summary + json.dumps(dict(found.details))


def test_a_time_stamper_is_no_signer(read, png, agency) -> None:
    signed = agency.sign(png, created(CAPTURE))
    found = read(signed, Trust(timestampers=(agency.anchor,)))
    assert (found.state, found.trusted) == ("Valid", False)
    assert "News Agency" not in found.summary
    both = dataclasses.replace(agency.trust, timestampers=(agency.anchor,))
    assert read(signed, both).trusted


@pytest.mark.parametrize(
    "change",
    [
        with_other_pixels,
        lambda data: data + b"appended",
        lambda data: flipped(data, AI.encode()),
        lambda data: flipped(data, b"c2pa.created"),
    ],
    ids=["pixels", "appended", "source type", "action"],
)
def test_changes_after_signing_are_tampering(read, png, agency, change) -> None:
    for trust in (agency.trust, Trust()):
        found = read(change(agency.sign(png, created(AI))), trust)
        assert (found.state, found.finding) == ("Invalid", Finding.TAMPERED)
        assert not found.trusted
        assert any(code.endswith(".mismatch") for code in found.details["failures"])


def test_expiry_is_no_tampering(read, png, make_signatory) -> None:
    brief = make_signatory("Brief", life=dt.timedelta(seconds=2))
    signed = brief.sign(png, created(AI))
    time.sleep(max(0.0, (brief.ends - dt.datetime.now(dt.UTC)).total_seconds()) + 1.1)
    found = read(signed, brief.trust)
    assert (found.state, found.finding, found.origin) == ("Invalid", Finding.SAYS, Origin.AI)
    assert not found.trusted
    assert "signingCredential.expired" in found.details["failures"]


@pytest.mark.parametrize(
    ("terms", "origin"),
    [
        ([AI], Origin.AI),
        (["compositeWithTrainedAlgorithmicMedia"], Origin.AI_EDITED),
        ([CAPTURE], Origin.CAPTURE),
        (["computationalCapture"], Origin.CAPTURE),
        (["digitalArt"], Origin.OTHER),
        ([C2PA + "empty"], Origin.UNKNOWN),
        ([CAPTURE, AI], Origin.AI_EDITED),
        ([AI, "humanEdits"], Origin.AI),
        ([CAPTURE, "minorHumanEdits"], Origin.CAPTURE),
        ([CAPTURE, "digitalArt"], Origin.OTHER),
    ],
)
def test_origin_of_all_actions(read, png, agency, terms, origin) -> None:
    first, *rest = terms
    edits = [{"action": "c2pa.edited", "digitalSourceType": IPTC + t} for t in rest]
    found = read(agency.sign(png, created(first), *edits), agency.trust)
    assert (found.origin, found.trusted) == (origin, True)


def test_a_trusted_history_of_a_capture(read, png, agency) -> None:
    camera = agency.sign(png, created(CAPTURE))
    cropped = agency.sign(png, OPENED, CROPPED, parents=[camera])
    again = agency.sign(png, OPENED, CROPPED, parents=[cropped])
    found = read(again, agency.trust)
    assert (found.origin, found.broken_ancestor) == (Origin.CAPTURE, False)
    assert found.details["actions"].count("c2pa.cropped") == 2


def test_ai_in_the_past_is_not_lost(read, png, agency) -> None:
    made = agency.sign(png, created(AI))
    assert read(agency.sign(png, OPENED, CROPPED, parents=[made]), agency.trust).origin == "ai"
    collage = agency.sign(png, created(CAPTURE), PLACED, parents=[made], relationship="componentOf")
    assert read(collage, agency.trust).origin is Origin.AI_EDITED


@pytest.mark.parametrize("damage", [with_other_pixels, lambda d: flipped(d, CAPTURE.encode())])
def test_a_tampered_parent_breaks_the_history(read, png, agency, damage) -> None:
    parent = damage(agency.sign(png, created(CAPTURE)))
    found = read(agency.sign(png, OPENED, CROPPED, parents=[parent]), agency.trust)
    assert (found.state, found.finding) == ("Trusted", Finding.SAYS)
    assert found.broken_ancestor
    assert found.details["ingredients"][0]["state"] == "tampered"


def test_an_untrusted_or_unmarked_parent_breaks_the_history(read, png, agency, stranger) -> None:
    theirs = agency.sign(png, OPENED, parents=[stranger.sign(png, created(CAPTURE))])
    found = read(theirs, agency.trust)
    assert found.broken_ancestor
    assert found.details["ingredients"][0]["state"] == "untrusted"
    both = Trust(signers=(agency.anchor, stranger.anchor))
    assert not read(theirs, both).broken_ancestor
    unmarked = read(agency.sign(png, OPENED, parents=[png]), agency.trust)
    assert unmarked.details["ingredients"][0]["state"] == "without-credentials"


def test_an_untrusted_parents_word_is_a_claim(read, png, agency, stranger) -> None:
    parent = stranger.sign(png, created(AI))
    found = read(agency.sign(png, OPENED, parents=[parent]), agency.trust)
    assert (found.state, found.origin, found.trusted) == ("Trusted", Origin.AI, False)


def test_an_ancestor_changed_inside_the_file_is_tampering(read, png, agency) -> None:
    camera = agency.sign(png, created(CAPTURE))
    child = agency.sign(png, OPENED, CROPPED, parents=[camera])
    assert read(flipped(child, CAPTURE.encode()), agency.trust).finding is Finding.TAMPERED


def test_the_record_is_read_and_checked(read, png, agency) -> None:
    def signed(text: str) -> bytes:
        assertion = {"label": "org.zoo-generators.record", "created": True, "data": {"json": text}}
        return agency.sign(png, created(AI), assertions=[assertion])

    record = Record("toy.test", "toy", seed=2**63, label="Apple\x1b[2J")
    found = read(signed(record.to_json()), agency.trust).details["record"]
    assert (found["model"], found["seed"], found["label"]) == ("toy.test", 2**63, "Apple [2J")
    assert "error" in read(signed('{"schema": 9}'), agency.trust).details["record"]
    assert "\x1b" not in read(signed("{}"), agency.trust).details["generator"]


def test_a_remote_manifest_is_not_fetched(read, png, agency) -> None:
    found = read(agency.sign(png, created(AI), remote="http://127.0.0.1:9/m"), agency.trust)
    assert (found.state, found.finding) == ("none", Finding.NOT_EXAMINED)
    assert "not fetched" in found.summary


def test_a_damaged_manifest_says_so(read, png, agency) -> None:
    found = read(flipped(agency.sign(png, created(AI)), b"jumdc2pa"), agency.trust)
    assert (found.state, found.finding, found.origin) == ("none", Finding.SAYS, Origin.UNKNOWN)
    assert "damaged" in found.summary


def test_a_signature_that_leaves_out_pixels_proves_nothing(read, png, agency) -> None:
    signed = agency.sign(png, created(CAPTURE))
    start = signed.index(b"IDAT")
    change = leave_out(signed, start, len(signed) - 12 - start)
    open_to_all = forged(signed, agency.sign_bytes, "c2pa.hash.data", change)
    at = open_to_all.index(b"IDAT") + 40
    other = open_to_all[:at] + bytes([open_to_all[at] ^ 1]) + open_to_all[at + 1 :]
    for data in (open_to_all, other):
        found = read(data, agency.trust)
        assert (found.state, found.finding) == ("Trusted", Finding.SAYS)
        assert not found.trusted
        assert not found.bound
        assert "leaves out a part of the file" in found.summary
        verdict = decide([found])
        assert (verdict.verdict, verdict.integrity) == ("inconclusive", "unbound")
    whole = forged(signed, agency.sign_bytes, "c2pa.hash.data", lambda _: None)
    assert read(whole, agency.trust).trusted


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "tiff", "avif", "gif"])
def test_an_honest_hash_covers_the_picture_in_every_format(read, make_image, agency, name) -> None:
    out = io.BytesIO()
    make_image().save(out, name)
    noise = np.random.default_rng(0).bytes(200_000).hex()  # a manifest of several JPEG segments
    large = {"label": "org.example.noise", "data": {"noise": noise}}
    for assertions in ((), (large,)):
        signed = agency.sign(
            out.getvalue(), created(AI), mime=f"image/{name}", assertions=assertions
        )
        found = read(signed, agency.trust)
        assert (found.trusted, found.bound) == (True, True)
