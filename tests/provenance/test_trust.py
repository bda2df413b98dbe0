"""The trust store: bundles as they come, nothing half added."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from zoo_provenance.certificates import fingerprint_of
from zoo_provenance.errors import TrustError
from zoo_provenance.identity import Identity, ensure_identity
from zoo_provenance.trust import MAX_FILE, add_anchors, load_trust, remove_anchor


@pytest.fixture
def others(tmp_path: Path) -> list[Identity]:
    """Three other installations."""
    return [ensure_identity(tmp_path / f"other{n}") for n in range(3)]


def bundle(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "bundle.pem"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_a_bundle_with_comments_is_added_once(
    zoo_home: Path, tmp_path: Path, others: list[Identity]
) -> None:
    file = bundle(tmp_path, "\r\n".join(f"Subject\tCN=x\r\n{o.root_pem}\n# end" for o in others))
    done = add_anchors(file)
    assert {a.sha256 for a in done.added} == {o.root_sha256 for o in others}
    again = add_anchors(file)
    assert again.added == ()
    assert len(again.present) == 3
    trust = load_trust()
    assert {a.sha256 for a in trust.signers} == {o.root_sha256 for o in others}
    assert trust.timestampers == ()
    assert trust.signers_pem.count("BEGIN CERTIFICATE") == 3
    assert sorted(f.name for f in zoo_home.glob("trust/signers/*")) == sorted(
        f"{o.root_sha256}.pem" for o in others
    )


def test_time_stampers_are_a_list_of_their_own(tmp_path: Path, others: list[Identity]) -> None:
    add_anchors(bundle(tmp_path, others[0].root_pem), tsa=True)
    trust = load_trust()
    assert trust.signers == ()
    assert [a.sha256 for a in trust.timestampers] == [others[0].root_sha256]
    assert others[0].root_pem in trust.timestampers_pem


def test_der_is_read_too(tmp_path: Path, others: list[Identity]) -> None:
    der = others[0].root.public_bytes(serialization.Encoding.DER)
    assert [a.sha256 for a in add_anchors(bundle(tmp_path, der)).added] == [others[0].root_sha256]


def test_a_chain_adds_its_root_and_leaves_out_its_leaf(
    tmp_path: Path, others: list[Identity]
) -> None:
    done = add_anchors(bundle(tmp_path, others[0].chain_pem))
    assert [a.sha256 for a in done.added] == [others[0].root_sha256]
    assert [a.sha256 for a in done.left_out] == [fingerprint_of(others[0].leaf)]


def test_what_is_no_certificate_is_refused_and_nothing_is_added(
    zoo_home: Path, tmp_path: Path, others: list[Identity]
) -> None:
    good, leaf = others[0].root_pem, others[0].chain_pem.removesuffix(others[0].root_pem)
    key = (others[0].folder / "key.pem").read_text()
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    for text, message in (
        ("", "not an X.509"),
        (b"\x00\xff" * 100, "not an X.509"),
        (key, "private key"),
        (good + key, "private key"),
        (good + broken, "certificate 2 of 2"),
        (good + good[:-40], "does not end"),
        (leaf, "zoo keys show --pem"),
        (good + " " * MAX_FILE, "larger than 4 MiB"),
    ):
        with pytest.raises(TrustError, match=message):
            add_anchors(bundle(tmp_path, text))
    for missing in (tmp_path, tmp_path / "nowhere.pem"):
        with pytest.raises(TrustError, match="no such file"):
            add_anchors(missing)
    assert not zoo_home.exists()


def test_removing_wants_an_unambiguous_prefix(tmp_path: Path, others: list[Identity]) -> None:
    file = bundle(tmp_path, "".join(o.root_pem for o in others))
    add_anchors(file)
    add_anchors(file, tsa=True)
    own = ensure_identity()
    sha256 = others[1].root_sha256
    for prefix, message in (
        (sha256[:7], "at least 8"),
        ("nothexno", "at least 8"),
        ("0" * 64, "no certificate"),
        (own.root_sha256, "zoo keys remove"),
    ):
        with pytest.raises(TrustError, match=message):
            remove_anchor(prefix)
    assert remove_anchor(sha256[:8].upper()).sha256 == sha256
    trust = load_trust()
    left = {others[0].root_sha256, others[2].root_sha256}
    assert {a.sha256 for a in trust.signers if a.origin == "added"} == left
    assert {a.sha256 for a in trust.timestampers} == left


def test_a_damaged_anchor_is_not_passed_over(
    zoo_home: Path, tmp_path: Path, others: list[Identity]
) -> None:
    add_anchors(bundle(tmp_path, others[0].root_pem))
    [file] = zoo_home.glob("trust/signers/*.pem")
    file.write_text("")
    with pytest.raises(TrustError, match="delete the file"):
        load_trust()


def test_a_time_stamper_never_becomes_a_signer_by_mistake(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stamps")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "stamps.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(TrustError, match="--tsa"):
        add_anchors(file)
    assert load_trust().signers == ()
    assert len(add_anchors(file, tsa=True).added) == 1
