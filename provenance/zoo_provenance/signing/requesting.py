"""Signing requests (PKCS#10, RFC 2986): the key is made here and never leaves.

``requested/`` in the home holds one key for each request (0600), named by the sha256 of its public
key, until the certificate is imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from ..atomic import write_new
from ..certificates import CLAIM_SIGNING, EMAIL_PROTECTION, signer_usage
from ..errors import IdentityError
from ..home import make_home, zoo_home
from ..identity import key_bytes
from .algorithms import PrivateKey
from .files import check_private

MAX_NAME = 64
"""Characters (RFC 5280, appendix A.1, upper bounds)."""

KEYS: dict[str, Callable[[], PrivateKey]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def make_request(
    organisation: str,
    name: str,
    *,
    country: str | None = None,
    kind: str = "p256",
    home: Path | None = None,
) -> str:
    """A new key in ``requested/`` and a signing request for it, in PEM.

    ``name`` is the common name; ``country`` two letters (ISO 3166-1); ``kind`` one of ``KEYS``. It
    asks for the extensions that C2PA wants; the CA may see to them otherwise, and the import checks
    what came of it. Raises IdentityError for a name that cannot be in a certificate, or a home that
    cannot be written to.
    """
    home = home or zoo_home()
    subject = _subject(organisation, name, country)
    key = KEYS[kind]()
    wanted = x509.ExtendedKeyUsage([CLAIM_SIGNING, EMAIL_PROTECTION])
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signer_usage(), critical=True)
        .add_extension(wanted, critical=False)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    file = _file(key.public_key(), home)
    try:
        make_home(home)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_new(file, key_bytes(key), mode=0o600)
    except OSError as error:
        raise IdentityError(f"cannot keep the key in {file.parent}: {error}") from error
    return request.public_bytes(serialization.Encoding.PEM).decode()


def requested_key(
    certificates: Sequence[x509.Certificate], home: Path | None = None
) -> PrivateKey | None:
    """The key of a request made here that one of the certificates was issued for."""
    from .files import read_key

    for certificate in certificates:
        file = _file(certificate.public_key(), home or zoo_home())
        if file.is_file():
            check_private(file)
            return read_key(file, _never)
    return None


def forget_request(key: PrivateKey, home: Path | None = None) -> None:
    """Delete the key of a request, once it is the identity's."""
    _file(key.public_key(), home or zoo_home()).unlink(missing_ok=True)


def _subject(organisation: str, name: str, country: str | None) -> x509.Name:
    fine = all(1 <= len(text) <= MAX_NAME and text.isprintable() for text in (organisation, name))
    if not fine or not re.fullmatch("[A-Za-z]{2}", country or "XX"):
        raise IdentityError(
            f"these names cannot be in a certificate: {organisation!r}, {name!r}, {country!r}; "
            f"organisation and name have 1 to {MAX_NAME} characters, the country two letters"
        )
    pairs = [(NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name)]
    if country is not None:
        pairs.insert(0, (NameOID.COUNTRY_NAME, country.upper()))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in pairs])


def _file(public: object, home: Path) -> Path:
    der = public.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return home / "requested" / f"{hashlib.sha256(der).hexdigest()}.pem"


def _never(file: Path) -> bytes:
    raise IdentityError(f"the key {file} is encrypted, which a request's never is")
