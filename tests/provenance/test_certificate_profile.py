"""The profile of certificates that sign pictures: each rule, beside what the C2PA library does."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c2pa
import pytest
from asn1crypto import x509 as asn1
from authorities import CLAIM, EMAIL, TIME_STAMPING, YEAR, Authority, Issued, pem, usage
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from zoo_provenance.credentials import read_store
from zoo_provenance.errors import IdentityError
from zoo_provenance.signing.algorithms import algorithm_of, sign_with
from zoo_provenance.signing.chain import arrange, chain_problems
from zoo_provenance.signing.importing import read_candidate
from zoo_provenance.trust import Trust
from zoo_provenance.trust.anchors import anchor_of

ROOT = Authority("Root")
CA = Authority("Issuing CA", under=ROOT)
NOW = dt.datetime.now(dt.UTC)
RSA = rsa.generate_private_key(65537, 2048)
DER = Encoding.DER
OCSP, SERVER, ANY = "1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
CONTEXT = c2pa.Context.from_dict({"version": 1, "verify": {"verify_after_sign": False}})
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


def purposes(*oids: str) -> tuple[x509.ExtendedKeyUsage, bool]:
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in oids]), False


def constraints(*, ca: bool, length: int | None = None) -> tuple[x509.BasicConstraints, bool]:
    return x509.BasicConstraints(ca, length), True


def library_accepts(issued: Issued, png: bytes) -> bool:
    """Whether the library signs with the certificate, and then calls its picture Trusted."""
    key = issued.key
    algorithm = (algorithm_of(key.public_key()) or "es256").upper()
    chain = [c for c in issued.chain if c.issuer != c.subject] or issued.chain
    action = {
        "action": "c2pa.created",
        "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty",
    }
    manifest = {
        "claim_generator_info": [{"name": "Test"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    out = io.BytesIO()
    try:
        signer = c2pa.Signer.from_callback(
            lambda data: sign_with(key, data), c2pa.C2paSigningAlg[algorithm], pem(*chain), None
        )
        with c2pa.Builder(json.dumps(manifest), context=CONTEXT) as builder:
            builder.sign(signer, "image/png", io.BytesIO(png), out)
    except c2pa.C2paError as error:
        if "certificate" not in str(error):
            raise
        return False
    trust = Trust(signers=(anchor_of(issued.chain[-1], "added"),))
    store = read_store(out.getvalue(), "image/png", trust)
    assert (store.state == "Trusted") is (not store.failures)
    return store.state == "Trusted"


def fields(issued: Issued) -> list[str]:
    """The fields in which something is wrong, by name."""
    found = chain_problems(arrange(issued.chain, issued.key.public_key()))
    for problem in found:
        assert len(str(problem).splitlines()) == 1
        assert problem.needs
        assert problem.ask
    return [problem.field.split(" ")[0] for problem in found]


GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "no basicConstraints": {"without": ["basicConstraints"]},
    "claim signing alone": {"purposes": [CLAIM]},
    "document signing alone": {"purposes": ["1.3.6.1.5.5.7.3.36"]},
    "e-mail with another purpose": {"purposes": ["1.3.6.1.5.5.7.3.2", EMAIL]},
    "more key usages": {"keyUsage": (usage("digital_signature", "key_encipherment"), True)},
    "an unknown extension": {"other": (UNKNOWN, False)},
    "policies, critical": {
        "policies": (
            x509.CertificatePolicies(
                [x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.5"), None)]
            ),
            True,
        )
    },
    "P-384": {"key": ec.generate_private_key(ec.SECP384R1())},
    "P-521": {"key": ec.generate_private_key(ec.SECP521R1())},
    "RSA 2048": {"key": RSA},
    "Ed25519": {"key": ed25519.Ed25519PrivateKey.generate()},
}


@pytest.mark.parametrize("asked", GOOD.values(), ids=GOOD.keys())
def test_certificates_that_both_take(asked: dict[str, Any], png: bytes) -> None:
    issued = CA.issue(**asked)
    assert fields(issued) == []
    assert library_accepts(issued, png)


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "not yet valid": ("validity", {"starts": NOW + YEAR}),
    "expired": ("validity", {"starts": NOW - YEAR, "life": -dt.timedelta(days=1)}),
    "an authority": ("basicConstraints", {"basicConstraints": constraints(ca=True)}),
    "no keyUsage": ("keyUsage", {"without": ["keyUsage"]}),
    "no digitalSignature": ("keyUsage", {"keyUsage": (usage("key_encipherment"), True)}),
    "keyCertSign": ("keyUsage", {"keyUsage": (usage("digital_signature", "key_cert_sign"), True)}),
    "no extKeyUsage": ("extKeyUsage", {"without": ["extKeyUsage"]}),
    "any purpose": ("extKeyUsage", {"extKeyUsage": purposes(ANY, EMAIL)}),
    "a web server's": ("extKeyUsage", {"extKeyUsage": purposes(SERVER)}),
    "e-mail and time-stamps": ("extKeyUsage", {"extKeyUsage": purposes(EMAIL, TIME_STAMPING)}),
    "e-mail and OCSP": ("extKeyUsage", {"extKeyUsage": purposes(EMAIL, OCSP)}),
    "no issuer's key": ("authorityKeyIdentifier", {"without": ["authorityKeyIdentifier"]}),
    "an unknown critical one": ("an", {"other": (UNKNOWN, True)}),
    "OCSP no check, critical": ("OCSPNoCheck", {"other": (x509.OCSPNoCheck(), True)}),
    "secp256k1": ("subjectPublicKeyInfo", {"key": ec.generate_private_key(ec.SECP256K1())}),
    "RSA 1024": ("subjectPublicKeyInfo", {"key": rsa.generate_private_key(65537, 1024)}),
}  # fmt: skip


@pytest.mark.parametrize(("field", "asked"), BAD.values(), ids=BAD.keys())
def test_certificates_that_both_refuse(field: str, asked: dict[str, Any], png: bytes) -> None:
    issued = CA.issue(**asked)
    assert field in fields(issued)
    assert not library_accepts(issued, png)


STRICTER: dict[str, tuple[str, dict[str, Any]]] = {
    # C2PA 14.5.1.1 and RFC 5280 want these so; other readers than the library may insist.
    "keyUsage not critical": ("keyUsage", {"keyUsage": (usage("digital_signature"), False)}),
    "nonRepudiation alone": ("keyUsage", {"keyUsage": (usage("content_commitment"), True)}),
    # These serve others than signers of pictures.
    "time-stamps alone": ("extKeyUsage", {"extKeyUsage": purposes(TIME_STAMPING)}),
    "OCSP alone": ("extKeyUsage", {"extKeyUsage": purposes(OCSP)}),
}


@pytest.mark.parametrize(("field", "asked"), STRICTER.values(), ids=STRICTER.keys())
def test_where_the_specification_is_stricter_than_the_library(
    field: str, asked: dict[str, Any], png: bytes
) -> None:
    issued = CA.issue(**asked)
    assert field in fields(issued)
    assert library_accepts(issued, png)


def altered(issued: Issued, change: Callable[[asn1.TbsCertificate], None]) -> Issued:
    """The certificate with other contents, signed anew by its issuer."""
    tbs = asn1.Certificate.load(
        issued.certificate.public_bytes(DER)
    )["tbs_certificate"]  # fmt: skip
    change(tbs)
    body = tbs.dump(force=True)
    whole = asn1.Certificate(
        {
            "tbs_certificate": asn1.TbsCertificate.load(body),
            "signature_algorithm": tbs["signature"],
            "signature_value": CA.key.sign(body, ec.ECDSA(hashes.SHA256())),
        }
    )
    certificate = x509.load_der_x509_certificate(whole.dump())
    certificate.verify_directly_issued_by(CA.certificate)
    return Issued(certificate, issued.key, (certificate, *issued.chain[1:]))


def test_unique_ids_of_version_2(png: bytes) -> None:
    for name in ("issuer_unique_id", "subject_unique_id"):
        issued = altered(CA.issue(), lambda tbs, name=name: tbs.__setitem__(name, b"\x0b"))
        assert fields(issued) == ["issuerUniqueID"]
        assert not library_accepts(issued, png)


def test_version_1(png: bytes) -> None:
    def strip(tbs: asn1.TbsCertificate) -> None:
        tbs["version"] = "v1"
        del tbs["extensions"]

    issued = altered(CA.issue(), strip)
    assert "version" in fields(issued)
    assert not library_accepts(issued, png)


def test_signatures_of_authorities_that_nobody_takes(png: bytes) -> None:
    curve = Authority("Another", key=ed448.Ed448PrivateKey.generate(), hash=None)
    issued = curve.issue(hash=None)
    assert "signatureAlgorithm" in fields(issued)
    assert not library_accepts(issued, png)
    other = Authority("RSA", key=RSA)
    for mask, fine in ((hashes.SHA512(), False), (hashes.SHA256(), True)):
        scheme = padding.PSS(padding.MGF1(mask), 32)
        issued = other.issue(hash=hashes.SHA256(), scheme=scheme)
        assert ("signatureAlgorithm" not in fields(issued)) is fine
        assert library_accepts(issued, png) is fine


def test_sha1_is_refused() -> None:
    """cryptography no longer makes such certificates: this one is an old one's likeness."""
    rsa_ca = Authority("RSA", key=RSA)
    issued = rsa_ca.issue()
    der = issued.certificate.public_bytes(DER)
    sha256, sha1 = (bytes.fromhex(f"2a864886f70d0101{n}") for n in ("0b", "05"))
    assert der.count(sha256) == 2
    old = x509.load_der_x509_certificate(der.replace(sha256, sha1))
    found = [str(p) for p in chain_problems(arrange([old]))]
    assert len(found) == 1
    assert "sha1WithRSAEncryption (1.2.840.113549.1.1.5)" in found[0]


def test_self_signed(png: bytes) -> None:
    """C2PA, section 14.5.1.1, refuses them; the library only where they are authorities, too."""
    key = ec.generate_private_key(ec.SECP256R1())
    alone = Authority("Alone", key=key).issue("Alone", key=key)
    issued = Issued(alone.certificate, key, (alone.certificate,))
    assert fields(issued) == ["issuer"]
    assert library_accepts(issued, png)  # where that very certificate is an anchor


AUTHORITIES: dict[str, tuple[str, dict[str, Any]]] = {
    "not an authority": ("basicConstraints", {"basicConstraints": constraints(ca=False)}),
    "no keyCertSign": ("keyUsage", {"keyUsage": (usage("digital_signature"), True)}),
}  # fmt: skip


@pytest.mark.parametrize(("field", "changed"), AUTHORITIES.values(), ids=AUTHORITIES.keys())
def test_authorities_that_both_refuse(field: str, changed: dict[str, Any], png: bytes) -> None:
    issued = Authority("Middle", under=ROOT, extensions=changed).issue()
    assert fields(issued) == [field]
    assert not library_accepts(issued, png)


def test_a_path_that_is_too_long() -> None:
    short = Authority("Short", extensions={"basicConstraints": constraints(ca=True, length=0)})
    issued = Authority("Middle", under=short).issue()
    [found] = chain_problems(arrange(issued.chain))
    assert found.field == "basicConstraints (2.5.29.19) of the authority 'Short'"
    assert "path length of 0" in found.has


def test_all_problems_are_told_at_once() -> None:
    issued = CA.issue(
        without=["keyUsage", "authorityKeyIdentifier"], purposes=[SERVER], starts=NOW + YEAR
    )
    assert fields(issued) == ["validity", "keyUsage", "extKeyUsage", "authorityKeyIdentifier"]
    [_, _, wrong, _] = chain_problems(arrange(issued.chain))
    assert str(wrong).startswith("extKeyUsage (2.5.29.37): it has serverAuth (1.3.6.1.5.5.7.3.1)")
    for oid in (CLAIM, EMAIL, "1.3.6.1.5.5.7.3.36"):
        assert oid in str(wrong)


def test_a_damaged_name_inside_a_certificate_is_told(tmp_path: Path) -> None:
    """Such a certificate loads: its fields are parsed when somebody looks at them."""
    damaged = CA.issue().certificate.public_bytes(DER)
    at = damaged.rindex(b"\x0c\x0fNews Agency Ltd")
    damaged = damaged[:at] + b"\x02" + damaged[at + 1 :]
    assert x509.load_der_x509_certificate(damaged)
    file = tmp_path / "chain.der"
    file.write_bytes(damaged)
    with pytest.raises(IdentityError, match="no certificate that can be read"):
        read_candidate(file, None, lambda _: b"")
