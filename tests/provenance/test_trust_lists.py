"""The lists that others keep: installed whole or not at all, and told apart from what is nearer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from zoo_provenance.credentials import read_store
from zoo_provenance.errors import TrustError
from zoo_provenance.examiners import C2paExaminer
from zoo_provenance.identity import ensure_identity
from zoo_provenance.source import IPTC
from zoo_provenance.subject import read_subject
from zoo_provenance.trust import (
    LISTS,
    Profile,
    Trust,
    add_anchors,
    install_list,
    load_trust,
    remove_anchor,
    remove_list,
    stored_list,
)

AI = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}


def stamping_authority() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stamps")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )


@pytest.fixture
def published(tmp_path: Path, agency: Any) -> Callable[..., Path]:
    """A folder as C2PA publishes its list; the agency is on it."""

    def publish(**texts: str) -> Path:
        folder = tmp_path / "published"
        folder.mkdir(exist_ok=True)
        files = {"C2PA-TRUST-LIST": agency.anchor.pem, "C2PA-TSA-TRUST-LIST": stamping_authority()}
        for name, text in (files | texts).items():
            (folder / f"{name}.pem").write_text(f"Subject\tCN=x\n{text}")
        return folder

    return publish


def test_what_an_installed_list_makes_of_a_signature(
    published: Callable[..., Path], agency: Any, png: bytes, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.png"
    signed.write_bytes(agency.sign(png, AI))

    def found(profile: Profile | None = None) -> Any:
        trust = load_trust(profile=profile)
        return C2paExaminer().examine(read_subject(signed, trust, None, thorough=False))

    ensure_identity()
    assert found().trusted is False
    install_list("official", folder=published())
    official = found()
    assert official.trusted
    assert official.details["trusted_by"] == "official"
    assert "on the official C2PA list" in official.summary
    assert found(Profile.THIS_INSTALLATION).trusted is False
    anchor = tmp_path / "agency.pem"
    anchor.write_text(agency.anchor.pem)
    add_anchors(anchor)
    assert found().details["trusted_by"] == "added"
    assert "list" not in found().summary


def test_signers_of_the_interim_list_count_only_when_asked(
    agency: Any, stranger: Any, png: bytes, tmp_path: Path
) -> None:
    leaf = leaf_of(agency.sign(png, AI))
    (tmp_path / "anchors.pem").write_text(stranger.anchor.pem)
    (tmp_path / "allowed.pem").write_text(leaf)
    with pytest.raises(TrustError, match="zoo trust update interim"):
        load_trust(profile=Profile.INTERIM)
    done = install_list("interim", folder=tmp_path)
    assert (len(done.signers), len(done.leaves)) == (1, 1)
    for signer in (agency, stranger):
        signed = signer.sign(png, AI)
        assert read_store(signed, "image/png", load_trust()).state == "Valid"
        store = read_store(signed, "image/png", load_trust(profile=Profile.INTERIM))
        assert (store.state, store.trusted_by) == ("Trusted", "interim")


def leaf_of(signed: bytes) -> str:
    """The certificate that signed: the first in the file."""
    at = signed.index(b"\x30\x82")
    while True:
        end = at + 4 + int.from_bytes(signed[at + 2 : at + 4], "big")
        try:
            found = x509.load_der_x509_certificate(signed[at:end])
        except ValueError:
            at = signed.index(b"\x30\x82", at + 1)
        else:
            return found.public_bytes(serialization.Encoding.PEM).decode()


def test_a_time_stamper_of_the_list_vouches_for_no_signer(
    published: Callable[..., Path], agency: Any, stranger: Any, png: bytes
) -> None:
    install_list("official", folder=published(**{"C2PA-TSA-TRUST-LIST": stranger.anchor.pem}))
    trust = load_trust()
    assert read_store(stranger.sign(png, AI), "image/png", trust).state == "Valid"
    assert read_store(agency.sign(png, AI), "image/png", trust).state == "Trusted"


def test_a_list_is_installed_whole_or_not_at_all(
    published: Callable[..., Path], zoo_home: Path, agency: Any
) -> None:
    whole = install_list("official", folder=published())
    for name, text, message in (
        ("C2PA-TRUST-LIST", "<html>Not found</html>", "no list of certificates"),
        ("C2PA-TRUST-LIST", agency.anchor.pem[:-40], "does not end"),
        ("C2PA-TRUST-LIST", stamping_authority(), "time-stamping alone"),
        ("C2PA-TSA-TRUST-LIST", "", "no list of certificates"),
        ("C2PA-TSA-TRUST-LIST", " " * 2**22, "larger than 4 MiB"),
    ):
        with pytest.raises(TrustError, match=message):
            install_list("official", folder=published(**{name: text}))
        assert stored_list("official") == whole
    (published() / "C2PA-TSA-TRUST-LIST.pem").unlink()
    with pytest.raises(TrustError, match="no such file"):
        install_list("official", folder=published().parent)
    assert [p.name for p in (zoo_home / "trust" / "lists").iterdir()] == ["official.json"]


def test_a_damaged_list_is_not_passed_over(published: Callable[..., Path], zoo_home: Path) -> None:
    install_list("official", folder=published())
    [file] = (zoo_home / "trust" / "lists").iterdir()
    text = file.read_text()
    newer = json.dumps(json.loads(text) | {"schema": 2})
    for damaged in ("", "[]", text[:200], text.replace("BEGIN", "BEGUN"), newer, "[" * 10**5):
        file.write_text(damaged)
        with pytest.raises(TrustError, match="zoo trust update official"):
            load_trust()
    assert load_trust(profile=Profile.THIS_INSTALLATION) == Trust(profile="this-installation")
    assert remove_list("official")
    assert not remove_list("official")
    assert load_trust().lists == ()


def test_one_certificate_of_a_list_cannot_be_removed(
    published: Callable[..., Path],
) -> None:
    done = install_list("official", folder=published())
    with pytest.raises(TrustError, match="zoo trust remove official"):
        remove_anchor(done.signers[0].sha256)


def test_fetching_takes_each_file_from_where_it_is_kept(published: Callable[..., Path]) -> None:
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return (published() / url.rsplit("/", 1)[-1]).read_bytes()

    done = install_list("official", fetch=fetch)
    assert asked == [source.url for source in LISTS["official"]]
    assert all(url.startswith("https://") for url in asked)
    assert (len(done.signers), len(done.timestampers)) == (1, 1)


def test_a_failed_fetch_changes_nothing(published: Callable[..., Path]) -> None:
    whole = install_list("official", folder=published())

    def fetch(url: str) -> bytes:
        if "TSA" in url:
            raise TrustError("cannot fetch it")
        return (published() / url.rsplit("/", 1)[-1]).read_bytes()

    with pytest.raises(TrustError, match="cannot fetch"):
        install_list("official", fetch=fetch)
    assert stored_list("official") == whole
