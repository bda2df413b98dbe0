"""The identity: made once, safe on the disk, and as C2PA wants it."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from zoo_provenance.errors import IdentityError
from zoo_provenance.identity import ensure_identity, load_identity, remove_identity
from zoo_provenance.signing.own import own_certificates
from zoo_provenance.trust import load_trust

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def test_looking_makes_nothing(zoo_home: Path) -> None:
    assert load_identity() is None
    assert load_trust().signers == ()
    assert not zoo_home.exists()


def test_it_is_made_once(zoo_home: Path) -> None:
    first, second, third = ensure_identity(), ensure_identity(), load_identity()
    assert third is not None
    assert first.chain_pem == second.chain_pem == third.chain_pem
    assert [a.origin for a in load_trust().signers] == ["own"]
    assert load_trust(own=False).signers == ()


def test_several_processes_agree_on_one(zoo_home: Path) -> None:
    code = "from zoo_provenance.identity import ensure_identity as e; print(e().certificate_sha256)"
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    names = {run.communicate(timeout=60)[0].strip() for run in runs}
    assert len(names) == 1
    assert len(names.pop()) == 64


@posix
def test_nobody_else_can_read_the_key(zoo_home: Path) -> None:
    folder = ensure_identity().folder
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(zoo_home.stat().st_mode) == 0o700


@posix
def test_a_key_that_others_can_read_is_refused(zoo_home: Path) -> None:
    key = ensure_identity().folder / "key.pem"
    key.chmod(0o640)
    with pytest.raises(IdentityError, match="chmod 600"):
        load_identity()
    key.chmod(0o600)
    assert load_identity() is not None


def test_the_certificates_are_those_of_c2pa(zoo_home: Path) -> None:
    identity = ensure_identity()
    leaf, root = x509.load_pem_x509_certificates(identity.chain_pem.encode())
    leaf.verify_directly_issued_by(root)
    years = [c.not_valid_after_utc - c.not_valid_before_utc for c in (leaf, root)]
    assert [round(y / dt.timedelta(days=365)) for y in years] == [10, 20]
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [u.dotted_string for u in usage] == ["1.3.6.1.4.1.62558.2.1", "1.3.6.1.5.5.7.3.4"]
    key_usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert key_usage.critical
    assert key_usage.value.digital_signature
    assert not key_usage.value.key_cert_sign
    leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert "unverified" in leaf.subject.rfc4514_string()


def test_signatures_are_raw_es256(zoo_home: Path) -> None:
    identity = ensure_identity()
    signature = identity.sign(b"picture")
    assert len(signature) == 64
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = identity.leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(encode_dss_signature(r, s), b"picture", ec.ECDSA(hashes.SHA256()))


def test_a_crash_while_it_is_made_leaves_none_and_the_next_one_works(zoo_home: Path) -> None:
    half = zoo_home / ".identity-new"
    half.mkdir(parents=True)
    (half / "key.pem").write_text("half a key")
    assert load_identity() is None
    ensure_identity()
    assert load_identity() is not None
    assert not half.exists()


@pytest.mark.parametrize("file", ["key.pem", "leaf.pem", "root.pem"])
@pytest.mark.parametrize("damage", ["junk", "gone", "another's"])
def test_an_identity_that_does_not_fit_together_is_refused(
    zoo_home: Path, tmp_path: Path, file: str, damage: str
) -> None:
    victim = ensure_identity().folder / file
    if damage == "gone":
        victim.unlink()
    elif damage == "junk":
        victim.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    else:
        victim.write_bytes((ensure_identity(tmp_path).folder / file).read_bytes())
    with pytest.raises(IdentityError, match="zoo keys remove"):
        ensure_identity()
    remove_identity()
    assert load_identity() is None
    ensure_identity()


def test_the_root_of_a_removed_identity_is_kept(zoo_home: Path) -> None:
    old = ensure_identity()
    kept = remove_identity()
    assert kept is not None
    assert kept.read_text() == old.root_pem
    assert load_identity() is None
    assert not list(zoo_home.rglob("key.pem"))
    assert load_trust().signers == ()
    new = ensure_identity()
    assert own_certificates() == [new.root, old.root]
    assert remove_identity() is not None
    assert remove_identity() is None


def test_an_unwritable_home_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IdentityError, match="ZOO_HOME"):
        ensure_identity(tmp_path / "file" / "zoo")
