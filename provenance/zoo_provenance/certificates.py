"""The two certificates of a local identity, as C2PA 2.x wants them (section 14.5)."""

from __future__ import annotations

import datetime as dt
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ORGANISATION = "Local Zoo installation (unverified)"
"""Shown as the signer's name by every C2PA reader, so it claims nothing."""

ROOT_LIFE = dt.timedelta(days=20 * 365)
LEAF_LIFE = dt.timedelta(days=10 * 365)
"""Without a time-stamp a picture is invalid from the day its leaf expires: hence ten years."""

CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
EMAIL_PROTECTION = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.4")
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")

PURPOSES = {
    CLAIM_SIGNING: "C2PA claim signing",
    DOCUMENT_SIGNING: "document signing",
    EMAIL_PROTECTION: "e-mail protection",
}
"""Extended key usages, of which a certificate that signs manifests needs one (C2PA 14.5.1)."""

_CLOCKS_DIFFER = dt.timedelta(minutes=5)


def make_certificates(
    now: dt.datetime,
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, x509.Certificate]:
    """A new leaf key, its certificate, and the root that signed it; ``now`` is in UTC.

    The root's own key is dropped here: nobody, this installation included, can sign a second leaf
    with it, so that whoever trusts the root trusts one key. It would only serve to renew the leaf,
    and a new identity does that as well.
    """
    name = secrets.token_hex(4)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _root(root_key, f"Zoo local root {name}", now)
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(leaf_key, f"Zoo local signer {name}", root, root_key, now)
    return leaf_key, leaf, root


def _root(key: ec.EllipticCurvePrivateKey, name: str, now: dt.datetime) -> x509.Certificate:
    subject = _subject(name)
    return (
        _builder(subject, subject, key.public_key(), now, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> x509.Certificate:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        _builder(_subject(name), root.subject, key.public_key(), now, LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signer_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CLAIM_SIGNING, EMAIL_PROTECTION]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: dt.datetime,
    life: dt.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def signer_usage() -> x509.KeyUsage:
    """digitalSignature and nothing else."""
    return _usage(certificates=False)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """The sha256 of the certificate's DER, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def name_of(certificate: x509.Certificate) -> str:
    """The subject's common name, or the whole subject where there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def since(certificate: x509.Certificate) -> str:
    """The beginning of its life, RFC 3339 in UTC."""
    return certificate.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def until(certificate: x509.Certificate) -> str:
    """The end of its life, RFC 3339 in UTC."""
    return certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
