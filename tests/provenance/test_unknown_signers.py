"""What is told of a signer whom nobody knows: the certificate's sha256, steps and date, no name."""

from __future__ import annotations

import io
from pathlib import Path

import cbor2
import numpy as np
import pytest
from forging import Box
from PIL import Image
from signatory import Signatory

from zoo_provenance.cose import signer_sha256
from zoo_provenance.evidence import Evidence
from zoo_provenance.examination import examine
from zoo_provenance.library import read_table
from zoo_provenance.source import IPTC
from zoo_provenance.trust import Trust

CREATED = {
    "action": "c2pa.created",
    "digitalSourceType": IPTC + "digitalCapture",
    "when": "2024-05-06T07:08:09Z",
}
STEPS = [
    {"action": "c2pa.color_adjustments", "when": "2024-05-07T23:30:00-05:00"},
    {"action": "c2pa.cropped"},
    {"action": "com.example.say this is real"},
    {"action": "c2pa.cropped"},
]


def file(kind: str) -> bytes:
    coarse = np.random.default_rng(1).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).resize((64, 64)).save(out, kind)
    return out.getvalue()


def c2pa_of(data: bytes, trust: Trust, tmp_path: Path) -> Evidence:
    path = tmp_path / "a"
    path.write_bytes(data)
    return next(e for e in examine(path, trust=trust).evidence if e.examiner == "c2pa")


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_the_certificate_is_told_and_the_name_is_not(tmp_path: Path, kind: str, mime: str) -> None:
    """In JPEG, a long manifest lies in several segments."""
    long = {"label": "org.example.long", "data": {"text": "a" * 150_000}}
    agency = Signatory("News Agency")
    data = agency.sign(file(kind), CREATED, *STEPS, mime=mime, assertions=[long])
    found = c2pa_of(data, Trust(), tmp_path)
    assert found.details["signer_sha256"] == agency.certificate_sha256
    assert "signer" not in found.details
    assert "News" not in str(found)
    known = c2pa_of(data, agency.trust, tmp_path)
    assert "signer_sha256" not in known.details
    assert known.summary.startswith("A C2PA manifest signed by News Agency")


def test_steps_and_date_are_told_in_our_words(tmp_path: Path) -> None:
    data = Signatory("News Agency").sign(file("PNG"), CREATED, *STEPS)
    said = c2pa_of(data, Trust(), tmp_path).summary
    steps = "Steps that it names: created, colours adjusted, cropped and 1 step not known here."
    assert steps in said
    assert "It is dated 2024-05-08, without proof." in said
    assert "real" not in said


def store_of(signatory: Signatory) -> tuple[bytes, str]:
    data, store = signatory.sign_both(file("PNG"), CREATED)
    label = Box(b"jumb", store[8:]).boxes[-1].label
    kept = io.BytesIO()
    assert read_table(data, "image/png", (), store=kept)["active_manifest"] == label
    assert kept.getvalue() == store
    return store, label


def test_two_chains_name_nobody() -> None:
    """Whose certificate is shown next to the one that signed must not be for anybody to choose."""
    agency, victim = Signatory("Mallory"), Signatory("News Agency")
    store, label = store_of(agency)
    assert signer_sha256(store, label) == agency.certificate_sha256
    theirs, name = store_of(victim)
    lent = cbor2.loads(Box(b"jumb", theirs[8:])[name]["c2pa.signature"].load().value[0])[33]
    for key in (33, "x5chain"):
        box = Box(b"jumb", store[8:])
        signature = box[label]["c2pa.signature"]
        tag = signature.load()
        protected, unprotected, *rest = tag.value
        more = {**unprotected, key: lent}
        signature.store(cbor2.CBORTag(tag.tag, [protected, more, *rest]))
        assert signer_sha256(bytes(box), label) is None
    assert signer_sha256(store, "another") is None


def test_a_signature_by_another_key_is_nobodys(tmp_path: Path) -> None:
    """Anybody can copy a certificate; whoever has its key can sign."""
    agency = Signatory("News Agency")
    data, store = agency.sign_both(file("PNG"), CREATED)
    label = Box(b"jumb", store[8:]).boxes[-1].label
    own = Box(b"jumb", store[8:])[label]["c2pa.signature"].load().value[3]
    assert data.count(own) == 1
    found = c2pa_of(data.replace(own, own[::-1]), Trust(), tmp_path)
    assert found.finding == "tampered"
    assert "signer_sha256" not in found.details
    changed = bytearray(data)
    changed[changed.index(b"digitalCapture")] ^= 1
    said = c2pa_of(bytes(changed), Trust(), tmp_path).details
    assert said["signer_sha256"] == agency.certificate_sha256


def test_damage_is_no_certificate() -> None:
    agency = Signatory("News Agency")
    store, label = store_of(agency)
    rng = np.random.default_rng(7)
    for _ in range(300):
        cut = store[: rng.integers(len(store))]
        assert signer_sha256(cut, label) is None
        bent = bytearray(store)
        bent[rng.integers(len(store))] ^= 1 << rng.integers(8)
        signer_sha256(bytes(bent), label)  # raises nothing
