"""Certificates and keys in the files that authorities deliver: PEM with any line ends and text
around it, DER, PKCS#7 (.p7b), PKCS#8, PKCS#12 (.p12, .pfx).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from ..errors import IdentityError
from .algorithms import PrivateKey

MAX_FILE = 4 * 1024 * 1024

Ask = Callable[[Path], bytes]
"""Gives the passphrase of a file that needs one, or raises IdentityError."""

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
_KEY = b"PRIVATE KEY-----"
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.InvalidVersion)


def read_certificates(file: Path) -> list[x509.Certificate]:
    """The certificates of a file, in its order. Raises IdentityError."""
    data = _read(file)
    if _KEY in data:
        raise IdentityError(
            f"{file} holds a private key beside certificates; put the certificates alone into one "
            "file, as it is passed around, and name the key's with --key"
        )
    blocks = _BLOCK.findall(data)
    if len(blocks) != data.count(b"-----BEGIN CERTIFICATE-----"):
        raise IdentityError(f"{file}: a certificate begins but does not end")
    try:
        if blocks:
            found = [x509.load_pem_x509_certificate(block) for block in blocks]
        elif b"-----BEGIN PKCS7-----" in data:
            found = _some(pkcs7.load_pem_pkcs7_certificates(data), file)
        else:
            found = _der(data)
        return _whole(found)
    except _UNREADABLE as error:
        raise IdentityError(
            f"{file} holds no certificate that can be read ({error}); give PEM, DER or PKCS#7"
        ) from error


def _der(data: bytes) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        try:
            return list(pkcs7.load_der_pkcs7_certificates(data))
        except (ValueError, UnsupportedAlgorithm):
            raise error from None


def _some(certificates: list[x509.Certificate], file: Path) -> list[x509.Certificate]:
    if not certificates:
        raise IdentityError(f"{file} holds no certificate")
    return certificates


def _whole(certificates: list[x509.Certificate]) -> list[x509.Certificate]:
    """The library parses fields when they are first looked at: here, so that what is damaged is
    found now. Keys and extensions have rules of their own."""
    for one in certificates:
        _ = (one.version, one.issuer, one.subject, one.serial_number)
        _ = (one.not_valid_before_utc, one.not_valid_after_utc)
        _ = (one.signature_algorithm_oid, one.public_key_algorithm_oid)
    return certificates


def read_key(file: Path, ask: Ask) -> PrivateKey:
    """The private key in a file of its own, PEM or DER. Raises IdentityError."""
    check_private(file)
    data = _read(file)
    load = load_pem_private_key if b"-----BEGIN" in data else load_der_private_key
    try:
        try:
            key = load(data, None)
        except TypeError:  # it is encrypted
            key = load(data, ask(file))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise IdentityError(
            f"cannot read the private key {file}: it is damaged, of a kind that is not known, or "
            "the passphrase is wrong"
        ) from error
    return fitting_key(key, file)


def read_p12(file: Path, ask: Ask) -> tuple[PrivateKey, list[x509.Certificate]]:
    """Key and certificates of a PKCS#12 file, the key's own certificate first."""
    check_private(file)
    data = _read(file)
    try:
        try:
            found = pkcs12.load_key_and_certificates(data, None)
        except ValueError:
            found = pkcs12.load_key_and_certificates(data, ask(file))
        key, certificate, others = found
        certificates = _whole([c for c in (certificate, *others) if c is not None])
    except (TypeError, *_UNREADABLE) as error:
        raise IdentityError(
            f"cannot read {file}: it is no PKCS#12 file, or the passphrase is wrong"
        ) from error
    if key is None or not certificates:
        missing = "private key" if key is None else "certificate"
        raise IdentityError(
            f"{file} holds no {missing}; export both together from where it was made"
        )
    return fitting_key(key, file), certificates


def is_p12(file: Path) -> bool:
    return file.suffix.casefold() in (".p12", ".pfx")


def fitting_key(key: object, file: Path) -> PrivateKey:
    """The key, if C2PA has an algorithm for its kind."""
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        return key
    raise IdentityError(
        f"{file} holds a key of the kind {type(key).__name__.strip('_')}; C2PA signs with EC "
        "(P-256, P-384, P-521), RSA or Ed25519"
    )


def check_private(file: Path) -> None:
    """Raises IdentityError where other users can read a file that must stay private."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        raise IdentityError(f"cannot read {file}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077:
        raise IdentityError(
            f"other users can reach {file} (mode {mode:04o}, expected 0600); run 'chmod 600 "
            f"{file}', and ask for a new certificate if somebody may have read the key"
        )


def read_passphrase(file: Path) -> bytes:
    """The first line of a file that nobody else can read."""
    check_private(file)
    lines = _read(file).splitlines()
    if not lines or not lines[0]:
        raise IdentityError(f"{file} is empty; its first line must be the passphrase")
    return lines[0]


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise IdentityError(f"{file} is larger than {MAX_FILE >> 20} MiB")
        return file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise IdentityError(f"cannot read {file}: {error.strerror}") from error
