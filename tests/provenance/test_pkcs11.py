"""Signing with a key in a token: SoftHSM's, through PKCS#11, as a real one's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from authorities import Authority, pem

from zoo_provenance.errors import IdentityError, SealError
from zoo_provenance.signing.algorithms import cose_signature, verifies
from zoo_provenance.signing.pkcs11 import Pkcs11Signer, TokenKey, read_settings

pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")

CA = Authority("Issuing CA", under=Authority("Root"))


@pytest.fixture
def certify(softhsm: Any) -> Callable[[str], str]:
    """``certify(key label)``: a chain in PEM for a key in the token."""

    def certify(label: str) -> str:
        return pem(CA.certify(softhsm.keys[label]), *CA.chain)

    return certify


@pytest.mark.parametrize("label", ["p256", "p384", "p521", "rsa", "ed25519"])
def test_every_kind_of_key_signs(label: str, softhsm: Any, certify: Callable[[str], str]) -> None:
    if label not in softhsm.keys:
        pytest.skip(f"this build of SoftHSM makes no {label} keys")
    signer = softhsm.where(label).signer(certify(label))
    signature = cose_signature(signer, b"data")
    assert verifies(softhsm.keys[label], signature, b"data", signer.algorithm)


def test_threads_share_one_session(softhsm: Any, certify: Callable[[str], str]) -> None:
    chain = certify("p256")
    signers = [softhsm.where("p256").signer(chain) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: cose_signature(signers[n % 4], b"%d" % n), range(64)))
    assert len(set(found)) == 64


def test_errors_in_words(softhsm: Any, certify: Callable[[str], str], tmp_path: Path) -> None:
    chain = certify("p256")
    module = softhsm.module
    for where, words in {
        TokenKey(module, "none", "p256", pin_env="ZOO_TEST_PIN"): "knows no token 'none'",
        TokenKey(module, softhsm.token, "none", pin_env="ZOO_TEST_PIN"): "label 'none'",
        TokenKey(module, softhsm.token, "p256", pin_env="ZOO_NO_PIN"): "ZOO_NO_PIN is not set",
        TokenKey(str(tmp_path / "x.so"), "a", "b", pin_env="ZOO_TEST_PIN"): "no PKCS#11 module",
    }.items():
        with pytest.raises(IdentityError, match=words):
            Pkcs11Signer(where, chain).sign(b"x")
    with pytest.raises(SealError, match="no es256 signature"):
        cose_signature(softhsm.where("another").signer(chain), b"x")


def test_a_wrong_pin(softhsm: Any, certify: Callable[[str], str]) -> None:
    """In a process of its own: where one is logged in, a token asks for no PIN."""
    code = (
        "import sys; from zoo_provenance.signing.pkcs11 import *;"
        "TokenKey(*sys.argv[1:4], pin_env='WRONG').signer(sys.argv[4]).sign(b'x')"
    )
    arguments = (softhsm.module, softhsm.token, "p256", certify("p256"))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**softhsm.environment, "WRONG": "0000"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "IdentityError" in done.stderr
    assert "the PIN is wrong" in done.stderr


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"schema": 2}', '{"schema": 1, "module": "x", "colour": "red"}'):
        (tmp_path / "pkcs11.json").write_text(text)
        with pytest.raises(IdentityError, match="zoo keys use-pkcs11"):
            read_settings(tmp_path / "pkcs11.json")
