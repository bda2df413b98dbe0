"""The fields of a certificate outside its extensions: version, ids, key, signature, validity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from ..certificates import until
from .algorithms import LEAST_RSA, algorithm_of
from .der import has_unique_ids

SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    SignatureAlgorithmOID.RSASSA_PSS,
    SignatureAlgorithmOID.ED25519,
}
_SHA2 = ("sha256", "sha384", "sha512")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``field`` is a name and an OID where it has one."""

    field: str
    has: str
    needs: str
    ask: str

    def __str__(self) -> str:
        return f"{self.field}: it has {self.has}, and needs {self.needs}; {self.ask}"


def form_problems(certificate: x509.Certificate) -> Iterator[Problem]:
    """Version, unique ids, key, and how it is signed itself: the same for every certificate."""
    if certificate.version is not x509.Version.v3:
        yield Problem(
            "version",
            certificate.version.name,
            "v3",
            "ask the CA for an X.509 version 3 certificate with extensions",
        )
    if has_unique_ids(certificate):
        yield Problem(
            "issuerUniqueID or subjectUniqueID",
            "such an id",
            "neither",
            "ask the CA to leave out these fields of X.509 version 2",
        )
    yield from key_problems(certificate)
    yield from signature_problems(certificate)


def validity_problems(certificate: x509.Certificate, now: dt.datetime) -> Iterator[Problem]:
    starts = certificate.not_valid_before_utc
    if now < starts:
        first = starts.strftime("%Y-%m-%dT%H:%M:%SZ")
        yield Problem(
            "validity",
            f"{first} as its first moment",
            "to be valid now",
            "wait until then, or set this machine's clock",
        )
    if now > certificate.not_valid_after_utc:
        yield Problem(
            "validity",
            f"an end at {until(certificate)}",
            "to be valid now",
            "ask the CA for a renewed certificate ('zoo keys request' makes the request)",
        )


def key_problems(certificate: x509.Certificate) -> Iterator[Problem]:
    try:
        key: object = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if algorithm_of(key) is not None:
        return
    if isinstance(key, rsa.RSAPublicKey):
        has = f"an RSA key of {key.key_size} bits"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        has = f"an elliptic-curve key on {key.curve.name}"
    else:
        has = f"a key of the kind {certificate.public_key_algorithm_oid.dotted_string}"
    yield Problem(
        "subjectPublicKeyInfo",
        has,
        f"an EC key on P-256, P-384 or P-521, an RSA key of {LEAST_RSA} bits or more, or Ed25519",
        "make a new key ('zoo keys request' does) and ask the CA to certify that",
    )


def signature_problems(certificate: x509.Certificate) -> Iterator[Problem]:
    oid = certificate.signature_algorithm_oid
    has = f"{oid._name} ({oid.dotted_string})"
    if oid in SIGNATURES:
        parameters = _parameters(certificate)
        if not isinstance(parameters, padding.PSS):
            return
        names = [_hash_name(certificate), getattr(_mask_hash(parameters), "name", None)]
        if names[0] in _SHA2 and names[0] == names[1]:
            return
        has = f"RSASSA-PSS with {names[0]} and a mask of {names[1]}"
    yield Problem(
        "signatureAlgorithm",
        has,
        "RSA or RSASSA-PSS (one hash throughout) or ECDSA with SHA-256, SHA-384 or SHA-512, or "
        "Ed25519",
        "ask the CA to sign the certificate so; SHA-1 is refused everywhere",
    )


def _parameters(certificate: x509.Certificate) -> object:
    try:
        return certificate.signature_algorithm_parameters
    except (ValueError, UnsupportedAlgorithm):
        return None


def _hash_name(certificate: x509.Certificate) -> str | None:
    found = certificate.signature_hash_algorithm
    return found.name if found else None


def _mask_hash(parameters: padding.PSS) -> object:
    return getattr(parameters.mgf, "_algorithm", None)
