"""encypher-c2pa accepts what we sign, and agrees on what we refuse."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from authorities import Issued
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from lab import AI, MADE, OPENED, TAKEN, Lab, drawn, encoded
from resigning import Opened, days_ago, resigned, stamping
from surgery import flipped, inserted, manifest_of

from zoo_provenance import Record, seal
from zoo_provenance.evidence import Finding
from zoo_provenance.examiners import C2paExaminer
from zoo_provenance.signing.algorithms import sign_with
from zoo_provenance.subject import read_subject
from zoo_provenance.trust import Trust

KEYS = {
    "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "es384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "es512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ps256": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
MIMES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
}


class Office:
    """A signer with a certificate."""

    def __init__(self, issued: Issued, algorithm: str) -> None:
        self.issued, self.algorithm, self.chain_pem = issued, algorithm, issued.chain_pem

    def sign(self, data: bytes) -> bytes:
        return sign_with(self.issued.key, data)


def sealed(lab: Lab, algorithm: str, kind: str) -> bytes:
    office = Office(lab.maker.issue("Office", key=KEYS[algorithm]()), algorithm)
    out = io.BytesIO()
    record = Record.external("brush", "1")
    seal(drawn(1), record, source=AI, out=out, format=kind, identity=office)
    return out.getvalue()


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [*((algorithm, "png") for algorithm in KEYS), *(("es256", kind) for kind in MIMES)],
)
def test_it_accepts_what_we_sign(algorithm: str, kind: str, lab: Lab, ask_peer: Any) -> None:
    report = ask_peer(sealed(lab, algorithm, kind), lab.trust, MIMES[kind])
    assert report["validation_results"]["failure"] == []
    assert (report["integrity"], report["hard_binding"]) == ("valid", "match")
    assert report["validation_state"] == "Trusted"


def exchanged(lab: Lab) -> bytes:
    return inserted(encoded(drawn(4)), manifest_of(lab.captured))


def cut_out(lab: Lab) -> bytes:
    opened = Opened(lab.edited(lab.made))
    opened.store.boxes.remove(opened.manifests[0])
    return opened.png()


def expired(lab: Lab, *, days: float | None) -> bytes:
    old = lab.maker.issue("Old", starts=days_ago(600), life=dt.timedelta(days=-300))
    lab.clock.time = None if days is None else days_ago(days)
    return resigned(lab.captured, old, stamp=None if days is None else stamping(lab.clock))


def forged_key(lab: Lab) -> bytes:
    camera = lab.maker.issue("Camera")
    return resigned(lab.captured, Issued(camera.certificate, KEYS["es256"](), camera.chain))


ASKED: dict[str, tuple[Callable[[Lab], bytes], str]] = {
    "as it was signed": (lambda lab: lab.captured, "Trusted"),
    "an edit": (lambda lab: lab.edited(lab.captured), "Trusted"),
    "pixels changed": (lambda lab: flipped(lab.captured, b"IDAT"), "Invalid"),
    "data behind the end": (lambda lab: lab.captured + b"more", "Invalid"),
    "assertion changed": (lambda lab: flipped(lab.captured, b"digitalCapture"), "Invalid"),
    "claim changed": (lambda lab: flipped(lab.captured, b"Tool"), "Invalid"),
    "another key's signature": (forged_key, "Invalid"),
    "manifest of another picture": (exchanged, "Invalid"),
    "ancestor changed": (lambda lab: flipped(lab.edited(lab.made), b"trained"), "Invalid"),
    "ancestor cut out": (cut_out, "Invalid"),
    "a stranger": (lambda lab: lab.stranger.sign(lab.photo, MADE), "Valid"),
    "a time-stamper as signer": (
        lambda lab: resigned(lab.captured, lab.clock.root.issue("Camera")),
        "Valid",
    ),
    "a tampered original": (
        lambda lab: lab.agency.sign(lab.photo, OPENED, parents=[flipped(lab.captured, b"IDAT")]),
        "Trusted",
    ),
    "expired": (lambda lab: expired(lab, days=None), "Invalid"),
    "expired, stamped before": (lambda lab: expired(lab, days=400), "Trusted"),
    "expired, stamped after": (lambda lab: expired(lab, days=100), "Invalid"),
}
"""What is asked, and what both have to answer."""
EXPIRED = {"expired", "expired, stamped after"}
"""There they differ in words: the C2PA library calls the manifest invalid, encypher-c2pa calls it
valid and its signer untrusted. Neither trusts it."""


@pytest.mark.parametrize("name", ASKED)
def test_both_agree(name: str, lab: Lab, ask_peer: Any, tmp_path: Path) -> None:
    build, state = ASKED[name]
    data = build(lab)
    (tmp_path / "a.png").write_bytes(data)
    subject = read_subject(tmp_path / "a.png", lab.trust, None, thorough=False)
    ours = C2paExaminer().examine(subject)
    theirs = ask_peer(data, lab.trust)
    assert ours.state == state
    assert theirs["validation_state"] == ("Valid" if name in EXPIRED else state)
    valid = theirs["trust"]["status"] == "valid_for_supplied_material"
    assert ours.trusted == (valid and theirs["integrity"] == "valid")
    if ours.finding is Finding.TAMPERED:
        assert theirs["integrity"] == "invalid"


def test_neither_trusts_where_nobody_is_trusted(lab: Lab, ask_peer: Any, tmp_path: Path) -> None:
    signed = lab.agency.sign(lab.photo, TAKEN)
    (tmp_path / "a.png").write_bytes(signed)
    subject = read_subject(tmp_path / "a.png", Trust(), None, thorough=False)
    assert C2paExaminer().examine(subject).state == "Valid"
    report = ask_peer(signed, Trust())
    assert (report["integrity"], report["trust"]["status"]) == ("valid", "not_evaluated")
