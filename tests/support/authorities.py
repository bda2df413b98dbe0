"""Certificate authorities for tests: they issue whatever certificate is asked, good or bad."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.x509.oid import NameOID

EMAIL = "1.3.6.1.5.5.7.3.4"
CLAIM = "1.3.6.1.4.1.62558.2.1"
SERVER = "1.3.6.1.5.5.7.3.1"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_USAGES = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
_USAGES += " key_cert_sign crl_sign encipher_only decipher_only"
YEAR = dt.timedelta(days=365)


def usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES.split()})


def named(text: str) -> x509.Name:
    pairs = ((NameOID.ORGANIZATION_NAME, f"{text} Ltd"), (NameOID.COMMON_NAME, text))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def pem(*things: Any) -> str:
    """Certificates or private keys in PEM."""
    return "".join(_pem(thing) for thing in things)


def _pem(thing: Any) -> str:
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM).decode()
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return thing.private_bytes(serialization.Encoding.PEM, form, none).decode()


def hash_for(key: Any) -> Any:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def extensions_of_a_leaf(*purposes: str) -> dict[str, tuple[Any, bool]]:
    """What a certificate for signing claims has, by name: (extension, critical)."""
    oids = [x509.ObjectIdentifier(p) for p in purposes or (EMAIL, CLAIM)]
    return {
        "basicConstraints": (x509.BasicConstraints(ca=False, path_length=None), True),
        "keyUsage": (usage("digital_signature"), True),
        "extKeyUsage": (x509.ExtendedKeyUsage(oids), False),
    }


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and its chain: itself first, the root last."""

    certificate: x509.Certificate
    key: Any
    chain: tuple[x509.Certificate, ...]

    @property
    def chain_pem(self) -> str:
        return pem(*self.chain)


class Authority:
    """An authority with a key of its own; ``under`` another one, or a root."""

    def __init__(
        self,
        name: str,
        *,
        under: Authority | None = None,
        key: Any = None,
        extensions: Mapping[str, tuple[Any, bool]] | None = None,
        hash: Any = "default",
        starts: dt.datetime | None = None,
    ) -> None:
        self.name = name
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        built_in = {
            "basicConstraints": (x509.BasicConstraints(ca=True, path_length=None), True),
            "keyUsage": (usage("key_cert_sign", "crl_sign"), True),
        }
        self.certificate = (under or self)._sign(
            name,
            self.key.public_key(),
            built_in | dict(extensions or {}),
            life=10 * YEAR,
            starts=starts,
            hash=hash,
        )
        above = under.chain if under else ()
        self.chain: tuple[x509.Certificate, ...] = (self.certificate, *above)

    def issue(
        self,
        name: str = "News Agency",
        *,
        key: Any = None,
        without: Sequence[str] = (),
        purposes: Sequence[str] = (),
        life: dt.timedelta = YEAR,
        starts: dt.datetime | None = None,
        hash: Any = "default",
        scheme: padding.PSS | None = None,
        **extensions: tuple[Any, bool],
    ) -> Issued:
        """A certificate as C2PA wants it, but for what is asked: other ``extensions`` by name, or
        ``without`` some (``authorityKeyIdentifier`` too)."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        wanted = extensions_of_a_leaf(*purposes) | extensions
        wanted = {name: value for name, value in wanted.items() if name not in without}
        certificate = self._sign(
            name, key.public_key(), wanted, life=life, starts=starts, hash=hash, scheme=scheme,
            key_ids="authorityKeyIdentifier" not in without,
        )  # fmt: skip
        return Issued(certificate, key, (certificate, *self.chain))

    def certify(self, key: Any, name: str = "News Agency") -> x509.Certificate:
        """A certificate for somebody else's public key."""
        return self._sign(name, key, extensions_of_a_leaf(), life=YEAR)

    def _sign(
        self,
        name: str,
        key: Any,
        extensions: Mapping[str, tuple[Any, bool]],
        *,
        life: dt.timedelta,
        starts: dt.datetime | None = None,
        hash: Any = "default",
        scheme: padding.PSS | None = None,
        key_ids: bool = True,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        starts = starts or now - dt.timedelta(minutes=5)
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(self.name))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(starts)
            .not_valid_after(max(now, starts) + life)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )
        if key_ids:
            mine = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(mine, critical=False)
        for extension, critical in extensions.values():
            builder = builder.add_extension(extension, critical=critical)
        chosen = hash_for(self.key) if hash == "default" else hash
        return builder.sign(self.key, chosen, rsa_padding=scheme)
