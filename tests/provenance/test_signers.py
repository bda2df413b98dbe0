"""Signers of one's own, as docs/signing.md has them: what they may give, and what is refused."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from authorities import EMAIL, SERVER, Authority, Issued
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from zoo_provenance import Record, SourceType, examine, seal
from zoo_provenance.errors import IdentityError, SealError
from zoo_provenance.ledger.check import check
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.signing.algorithms import sign_with, verifies
from zoo_provenance.trust import Trust
from zoo_provenance.trust.anchors import anchor_of

ROOT = Authority("Root")
CA = Authority("Issuing CA", under=ROOT)
TRUST = Trust(signers=(anchor_of(ROOT.certificate, "added"),))
RECORD = Record.external("test", "1")
AI = SourceType.TRAINED_ALGORITHMIC_MEDIA
DOCS = Path(__file__).parents[2] / "docs" / "signing.md"


class Callback:
    """A signer by a function."""

    def __init__(self, issued: Issued, sign: Any, algorithm: str = "es256") -> None:
        self.chain_pem, self.sign, self.algorithm = issued.chain_pem, sign, algorithm


def sealed(signer: Any, folder: Path, image: Any) -> Path:
    out = folder / "out.png"
    seal(image, RECORD, source=AI, out=out, identity=signer)
    return out


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1])
@pytest.mark.parametrize("form", ["der", "raw"])
def test_der_and_raw_signatures_are_taken(
    curve: Any, form: str, tmp_path: Path, make_image
) -> None:
    issued = CA.issue(key=ec.generate_private_key(curve()))
    bits = {256: 256, 384: 384, 521: 512}[curve.key_size]
    scheme = ec.ECDSA(getattr(hashes, f"SHA{bits}")())

    def sign(data: bytes) -> bytes:
        return issued.key.sign(data, scheme) if form == "der" else sign_with(issued.key, data)

    found = examine(
        sealed(Callback(issued, sign, f"es{bits}"), tmp_path, make_image()), trust=TRUST
    )
    assert found.verdict.verdict == "declared-ai"
    with open_ledger(create=False) as ledger:
        assert check(ledger).faults == ()


def broken(_: bytes) -> bytes:
    raise ConnectionError("no route to the HSM")


def test_a_signer_that_fails_or_lies_leaves_nothing(tmp_path: Path, make_image, capfd) -> None:
    issued, other = CA.issue(), ec.generate_private_key(ec.SECP256R1())
    key = issued.key
    twice = Prehashed(hashes.SHA256())
    signers = {
        "ConnectionError: no route to the HSM": Callback(issued, broken),
        "gave 64 bytes that are no es256 signature": Callback(
            issued, lambda data: sign_with(other, data)
        ),
        "gave 0 bytes": Callback(issued, lambda _: b""),
        "must sign the data itself": Callback(
            issued,
            lambda data: key.sign(
                hashlib.sha256(hashlib.sha256(data).digest()).digest(), ec.ECDSA(twice)
            ),
        ),
        "no es384 signature": Callback(issued, lambda data: sign_with(key, data), "es384"),
        "cannot sign by 'rs256'": Callback(issued, lambda data: sign_with(key, data), "rs256"),
    }
    for words, signer in signers.items():
        with pytest.raises(SealError, match=words):
            sealed(signer, tmp_path, make_image())
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().err == ""
    with open_ledger(create=False) as ledger:
        assert list(ledger.rows()) == []


def test_errors_of_our_own_pass_as_they_are(tmp_path: Path, make_image) -> None:
    def locked(_: bytes) -> bytes:
        raise IdentityError("the token is locked")

    with pytest.raises(IdentityError, match=r"^the token is locked$"):
        sealed(Callback(CA.issue(), locked), tmp_path, make_image())


def test_a_certificate_that_the_library_refuses_is_explained(tmp_path: Path, make_image) -> None:
    issued = CA.issue(purposes=[SERVER])
    signer = Callback(issued, lambda data: sign_with(issued.key, data))
    with pytest.raises(SealError, match=re.escape(f"e-mail protection ({EMAIL})")):
        sealed(signer, tmp_path, make_image())


def test_rsa_signatures_of_any_length_of_hash() -> None:
    key = rsa.generate_private_key(65537, 2048)
    for bits in (256, 384, 512):
        sha = getattr(hashes, f"SHA{bits}")()
        signature = key.sign(b"x", padding.PSS(padding.MGF1(sha), sha.digest_size), sha)
        assert verifies(key.public_key(), signature, b"x")
        assert verifies(key.public_key(), signature, b"x", f"ps{bits}")
        assert not verifies(key.public_key(), signature, b"x", "es256")
        assert not verifies(key.public_key(), signature, b"y")


class Service:
    """A key management service, as boto3's client of AWS KMS answers (DER, in a table)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.asked: list[dict[str, Any]] = []

    def sign(self, **asked: Any) -> dict[str, bytes]:
        self.asked.append(asked)
        scheme = ec.ECDSA(Prehashed(hashes.SHA256()))
        return {"Signature": self._key.sign(asked["Message"], scheme)}


def test_the_example_of_a_key_service_runs_as_it_stands(
    tmp_path: Path, make_image, monkeypatch: pytest.MonkeyPatch
) -> None:
    [block] = [
        b for b in re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.S) if "kms" in b
    ]
    issued = CA.issue()
    monkeypatch.chdir(tmp_path)
    Path("chain.pem").write_text(issued.chain_pem)
    kms = Service(issued.key)
    names = {"kms": kms, "image": make_image(), "record": RECORD}
    exec(compile(block, str(DOCS), "exec"), names)
    assert examine(Path("pear.png"), trust=TRUST).verdict.verdict == "declared-ai"
    # One signature for the manifest, one for the ledger's link.
    assert [a["MessageType"] for a in kms.asked] == ["DIGEST", "DIGEST"]
