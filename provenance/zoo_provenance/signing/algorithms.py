"""The signature algorithms of C2PA (section 13.2), and signatures in the form that COSE wants.

RFC 9053: ECDSA as r || s (section 2.1), EdDSA (2.2); RFC 8230: RSASSA-PSS with a salt as long as
the hash (section 2).
"""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ..errors import ProvenanceError, SealError

if TYPE_CHECKING:
    from ..identity import Signer

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

LEAST_RSA = 2048
"""Bits of a modulus."""

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def algorithm_of(key: object) -> str | None:
    """C2PA's name of the algorithm that a public key is used with here; None where C2PA allows no
    such key. Longer RSA keys take longer hashes.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA:
        return "ps512" if key.key_size >= 4096 else "ps384" if key.key_size >= 3072 else "ps256"
    return "ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else None


def hash_of(algorithm: str) -> hashes.HashAlgorithm:
    """The hash of ``es…`` and ``ps…``."""
    return _HASHES[algorithm[2:]]


def sign_with(key: PrivateKey, data: bytes) -> bytes:
    """A signature as COSE wants it, by the algorithm of the key."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    digest = hash_of(algorithm_of(key.public_key()) or "es256")
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return raw_of(key.sign(data, ec.ECDSA(digest)), key.curve)


def raw_of(der: bytes, curve: ec.EllipticCurve) -> bytes:
    """r || s of an ECDSA signature in DER. Raises ValueError where it is none."""
    size = (curve.key_size + 7) // 8
    try:
        return b"".join(n.to_bytes(size, "big") for n in decode_dss_signature(der))
    except OverflowError as error:
        raise ValueError("a number of the signature is too large for the curve") from error


def verifies(key: object, signature: bytes, data: bytes, algorithm: str | None = None) -> bool:
    """Whether the signature, as COSE has it, is that key's over the data. Without ``algorithm``, by
    any that C2PA allows for such a key.
    """
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _verifies_ecdsa(key, signature, data, algorithm)
        if isinstance(key, rsa.RSAPublicKey):
            names = [algorithm] if algorithm else ["ps256", "ps384", "ps512"]
            return any(_verifies_pss(key, signature, data, name) for name in names)
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
            return algorithm in (None, "ed25519")
    except InvalidSignature:
        pass
    return False


def _verifies_ecdsa(
    key: ec.EllipticCurvePublicKey, signature: bytes, data: bytes, algorithm: str | None
) -> bool:
    own = _CURVES.get(key.curve.name)
    size = (key.curve.key_size + 7) // 8
    if own is None or algorithm not in (None, own) or len(signature) != 2 * size:
        return False
    r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hash_of(own)))
    return True


def _verifies_pss(key: rsa.RSAPublicKey, signature: bytes, data: bytes, algorithm: str) -> bool:
    if not algorithm.startswith("ps"):
        return False
    digest = hash_of(algorithm)
    try:
        key.verify(signature, data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    except InvalidSignature:
        return False
    return True


def cose_signature(signer: Signer, data: bytes) -> bytes:
    """What the signer makes of the data, in the form of COSE: r || s where it gave DER.

    Raises SealError where the signer fails, or its certificate does not verify what it gave: a
    picture signed so would read as tampered with everywhere.
    """
    certificate, key = _signing(signer.chain_pem)
    try:
        given = signer.sign(data)
    except ProvenanceError:
        raise
    except Exception as error:
        raise SealError(f"the signer failed: {type(error).__name__}: {error}") from error
    forms = [given]
    if isinstance(key, ec.EllipticCurvePublicKey):
        with contextlib.suppress(ValueError):
            forms.append(raw_of(given, key.curve))
    for form in forms:
        if verifies(key, form, data, signer.algorithm):
            return form
    raise SealError(
        f"the signer gave {len(given)} bytes that are no {signer.algorithm} signature by the key "
        f"of its certificate, {certificate.subject.rfc4514_string()}: it must sign the data itself "
        "(hashed once) with that key; ECDSA may be r || s or DER"
    )


@lru_cache(maxsize=8)
def _signing(chain_pem: str) -> tuple[x509.Certificate, object]:
    certificate = x509.load_pem_x509_certificates(chain_pem.encode())[0]
    return certificate, certificate.public_key()
