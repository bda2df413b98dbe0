"""Certificates and keys as authorities deliver them, and how they become the identity."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from authorities import SERVER, Authority, Issued, pem
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)

from zoo_provenance import Record, SourceType, examine, seal
from zoo_provenance.errors import IdentityError
from zoo_provenance.identity import ensure_identity, load_identity, remove_identity
from zoo_provenance.ledger.check import check
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.signing.exporting import export_chain, export_private
from zoo_provenance.signing.importing import adopt, read_candidate
from zoo_provenance.signing.own import Kind
from zoo_provenance.signing.requesting import make_request
from zoo_provenance.trust import load_trust

ROOT = Authority("Root")
CA = Authority("Issuing CA", under=ROOT)
AI = SourceType.TRAINED_ALGORITHMIC_MEDIA
WORD = b"a fine passphrase"
posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def nobody(file: Path) -> bytes:
    raise IdentityError(f"{file} needs a passphrase")


def written(file: Path, data: bytes | str, mode: int = 0o600) -> Path:
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    file.chmod(mode)
    return file


def read(folder: Path, chain: bytes | str, key: bytes | str, ask=nobody):
    files = written(folder / "chain.pem", chain, 0o644), written(folder / "key.pem", key)
    return read_candidate(*files, ask)


def brought(issued: Issued, folder: Path) -> None:
    adopt(read(folder, issued.chain_pem, pem(issued.key)))


@pytest.fixture(scope="module")
def issued() -> Issued:
    return CA.issue()


KEYS = {
    "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "es384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "es512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ps256": lambda: rsa.generate_private_key(65537, 2048),
    "ps384": lambda: rsa.generate_private_key(65537, 3072),
    "ps512": lambda: rsa.generate_private_key(65537, 4096),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("algorithm", KEYS)
def test_every_algorithm_signs_pictures_and_the_ledger(
    algorithm: str, tmp_path: Path, make_image
) -> None:
    brought(CA.issue(key=KEYS[algorithm]()), tmp_path)
    out = tmp_path / "out.png"
    seal(make_image(), Record.external("test", "1"), source=AI, out=out)
    identity = load_identity()
    assert (identity.algorithm, identity.kind) == (algorithm, Kind.IMPORTED)
    found = examine(out, trust=load_trust())
    assert found.verdict.verdict == "declared-ai"
    [manifest] = [e for e in found.evidence if e.examiner == "c2pa"]
    assert (manifest.state, manifest.details["trusted_by"]) == ("Trusted", "own")
    remove_identity()
    with open_ledger(create=False) as ledger:
        assert check(ledger).faults == ()


def test_trust_is_in_that_very_certificate(tmp_path: Path, issued: Issued, make_image) -> None:
    """Others that the same authority certified are strangers, and so is who signs a certificate
    with our key."""
    seal_as(CA.issue("Rival"), tmp_path / "rival", make_image())
    forger = Authority("News Agency", key=issued.key)
    assert forger.certificate.subject == issued.certificate.subject
    seal_as(forger.issue("Forged"), tmp_path / "forged", make_image())
    seal_as(issued, tmp_path / "own", make_image())
    brought(issued, tmp_path)
    trust = load_trust()
    assert (trust.signers, [a.origin for a in trust.leaves]) == ((), ["own"])
    verdicts = {
        name: examine(tmp_path / name / "out.png", trust=trust, ledger=None).verdict.verdict
        for name in ("rival", "forged", "own")
    }
    assert verdicts == {"rival": "claimed-ai", "forged": "claimed-ai", "own": "declared-ai"}
    assert load_trust(own=False).leaves == ()


def seal_as(issued: Issued, folder: Path, image) -> None:
    """A picture by another installation, which has that certificate."""
    folder.mkdir()
    adopt(read(folder, issued.chain_pem, pem(issued.key)), folder)
    with open_ledger(folder, identity=load_identity(folder), create=True) as ledger:
        seal(
            image, Record.external("test", "1"), source=AI, out=folder / "out.png",
            identity=load_identity(folder), ledger=ledger,
        )  # fmt: skip


def der(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.DER)


FORMS = {
    "with text between": lambda i: f"Bag Attributes\n  a\n{i.chain_pem}\nthe end\n",
    "Windows line ends and a mark of byte order": lambda i: (
        b"\xef\xbb\xbf" + i.chain_pem.replace("\n", "\r\n").encode()
    ),
    "DER": der,
    "PKCS#7 in PEM": lambda i: pkcs7.serialize_certificates(list(i.chain), Encoding.PEM),
    "PKCS#7 in DER": lambda i: pkcs7.serialize_certificates(list(i.chain), Encoding.DER),
    "the wrong order": lambda i: pem(*reversed(i.chain)),
    "a stranger among them": lambda i: i.chain_pem + pem(Authority("Stranger").certificate),
}


@pytest.mark.parametrize("form", FORMS)
def test_chains_come_in_many_forms(form: str, tmp_path: Path, issued: Issued) -> None:
    chain = read(tmp_path, FORMS[form](issued), pem(issued.key)).chain
    assert chain.certificates == issued.chain[: 1 if form == "DER" else 3]
    notes = " ".join(chain.notes)
    assert ("put in order" in notes) is (form == "the wrong order" or "#7" in form)
    assert ("'News Agency', issued by CN=Issuing CA" in notes) is (form == "DER")
    assert ("left out, as it is not part of the chain: Stranger" in notes) is ("strang" in form)


def encrypted(key, encoding: Encoding = Encoding.PEM) -> bytes:
    return key.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(WORD))


def test_keys_come_in_many_forms(tmp_path: Path, issued: Issued) -> None:
    plain = issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    old = issued.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    for key in (plain, old, old.replace(b"\n", b"\r\n")):
        found = read(tmp_path, issued.chain_pem, key).key
        assert found.private_numbers() == issued.key.private_numbers()
    for key in (encrypted(issued.key), encrypted(issued.key, Encoding.DER)):
        found = read(tmp_path, issued.chain_pem, key, lambda _: WORD).key
        assert found.private_numbers() == issued.key.private_numbers()
        with pytest.raises(IdentityError, match="passphrase is wrong"):
            read(tmp_path, issued.chain_pem, key, lambda _: b"another")
        with pytest.raises(IdentityError, match="needs a passphrase"):
            read(tmp_path, issued.chain_pem, key)


@pytest.mark.parametrize("word", [None, WORD])
def test_pkcs12(word: bytes | None, tmp_path: Path, issued: Issued) -> None:
    cipher = BestAvailableEncryption(word) if word else NoEncryption()
    data = pkcs12.serialize_key_and_certificates(
        b"x", issued.key, issued.certificate, issued.chain[1:], cipher
    )
    file = written(tmp_path / "all.P12", data)
    found = read_candidate(file, None, lambda _: word or b"")
    assert found.chain.certificates == issued.chain
    assert found.key.private_numbers() == issued.key.private_numbers()
    with pytest.raises(IdentityError, match="leave out --key"):
        read_candidate(file, file, nobody)
    if word:
        with pytest.raises(IdentityError, match="passphrase is wrong"):
            read_candidate(file, None, lambda _: b"another")


def test_pkcs12_without_a_key(tmp_path: Path, issued: Issued) -> None:
    data = pkcs12.serialize_key_and_certificates(b"x", None, None, issued.chain, NoEncryption())
    with pytest.raises(IdentityError, match="no private key"):
        read_candidate(written(tmp_path / "a.pfx", data), None, nobody)


def test_what_is_refused(tmp_path: Path, issued: Issued) -> None:
    chain, key = issued.chain_pem, pem(issued.key)
    for given, words in {
        (chain + key, key): "holds a private key beside certificates",
        ("junk", key): "holds no certificate that can be read",
        (chain.replace("-----END", "-----FIN", 1), key): "begins but does not end",
        (chain, "junk"): "cannot read the private key",
        (chain, pem(ed448.Ed448PrivateKey.generate())): "Ed448",
        (chain, pem(ec.generate_private_key(ec.SECP256R1()))): "belongs to none",
        (CA.issue(purposes=[SERVER]).chain_pem, key): "belongs to none",
    }.items():
        with pytest.raises(IdentityError, match=words):
            read(tmp_path, *given)
    with pytest.raises(IdentityError, match="no request made here"):
        read_candidate(tmp_path / "chain.pem", None, nobody)
    with pytest.raises(IdentityError, match="No such file"):
        read_candidate(tmp_path / "nothing.pem", None, nobody)
    assert load_identity() is None


@posix
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, issued: Issued) -> None:
    files = (
        written(tmp_path / "c", issued.chain_pem),
        written(tmp_path / "k", pem(issued.key), 0o644),
    )
    with pytest.raises(IdentityError, match="chmod 600"):
        read_candidate(*files, nobody)


def test_the_one_before_is_retired(tmp_path: Path, zoo_home: Path, issued: Issued) -> None:
    local = ensure_identity()
    brought(issued, tmp_path)
    second = CA.issue("Second")
    brought(second, tmp_path)
    assert load_identity().leaf == second.certificate
    kept = {x509.load_pem_x509_certificate(f.read_bytes()) for f in zoo_home.glob("retired/*.pem")}
    assert kept == {local.root, issued.certificate}
    [key] = zoo_home.rglob("key.pem")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 or os.name != "posix"
    assert not [f for f in zoo_home.iterdir() if f.name.startswith(".identity")]


def test_a_crash_between_old_and_new_leaves_the_old(
    tmp_path: Path, zoo_home: Path, issued: Issued
) -> None:
    brought(issued, tmp_path)
    (zoo_home / "identity").rename(zoo_home / ".identity-old")
    assert ensure_identity().leaf == issued.certificate


def test_a_request_keeps_its_key_until_the_certificate_comes(
    tmp_path: Path, zoo_home: Path
) -> None:
    text = make_request("Example News", "Example Desk", country="de", kind="p384")
    request = x509.load_pem_x509_csr(text.encode())
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=Example Desk,O=Example News,C=DE"
    wanted = request.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [p.dotted_string for p in wanted] == ["1.3.6.1.4.1.62558.2.1", "1.3.6.1.5.5.7.3.4"]
    assert request.extensions.get_extension_for_class(x509.KeyUsage).critical
    [kept] = zoo_home.glob("requested/*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 or os.name != "posix"
    make_request("Example News", "Another", kind="p256")
    chain = pem(CA.certify(request.public_key()), *CA.chain)
    found = read_candidate(written(tmp_path / "chain.pem", chain), None, nobody)
    adopt(found)
    assert not kept.exists()
    assert len(list(zoo_home.glob("requested/*"))) == 1
    assert load_identity().algorithm == "es384"
    for organisation, country in (("", "DE"), ("x" * 65, "DE"), ("x", "Germany")):
        with pytest.raises(IdentityError, match="letters"):
            make_request(organisation, "name", country=country)


def test_export_and_import_elsewhere(tmp_path: Path, issued: Issued, make_image) -> None:
    brought(issued, tmp_path)
    identity = load_identity()
    export_chain(identity, tmp_path / "public.pem")
    assert (tmp_path / "public.pem").read_text() == issued.chain_pem
    with pytest.raises(IdentityError, match="already there"):
        export_chain(identity, tmp_path / "public.pem")
    with pytest.raises(IdentityError, match="at least 8"):
        export_private(identity, tmp_path / "a.p12", b"short")
    export_private(identity, tmp_path / "a.p12", WORD)
    assert b"PRIVATE" not in (tmp_path / "a.p12").read_bytes()
    elsewhere = tmp_path / "elsewhere"
    adopt(read_candidate(tmp_path / "a.p12", None, lambda _: WORD), elsewhere)
    assert load_identity(elsewhere).sign(b"x")
    assert load_identity(elsewhere).chain == identity.chain


def test_a_local_identity_moves_too(tmp_path: Path, zoo_home: Path) -> None:
    local = ensure_identity()
    export_private(local, tmp_path / "a.p12", WORD)
    adopt(read_candidate(tmp_path / "a.p12", None, lambda _: WORD), tmp_path / "elsewhere")
    assert load_identity(tmp_path / "elsewhere").leaf == local.leaf


def test_expiry_asks_for_a_renewed_certificate(tmp_path: Path, issued: Issued) -> None:
    brought(issued, tmp_path)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    old = CA.issue(key=issued.key, starts=past, life=-dt.timedelta(days=1))
    (load_identity().folder / "chain.pem").write_text(old.chain_pem)
    with pytest.raises(IdentityError, match="zoo keys request"):
        ensure_identity()
