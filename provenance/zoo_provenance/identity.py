"""This installation's signing identity: made at the first sealing where there is none, never by
verifying.

``identity/`` in the home holds one of three kinds:

- *local*, made here: ``key.pem`` (0600), ``leaf.pem`` and ``root.pem``;
- *imported*, an organisation's: ``key.pem`` (0600) and ``chain.pem``, signing certificate first;
- *pkcs11*, whose key stays in a token: ``chain.pem``, and ``pkcs11.json``, which says where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from .certificates import fingerprint_of, make_certificates, name_of, pem_of, until
from .errors import IdentityError
from .home import zoo_home
from .signing.algorithms import PrivateKey, algorithm_of, sign_with
from .signing.own import START_ANEW, Kind, issued, kind_of, own_certificate, read_pem
from .signing.store import PRIVATE, PUBLIC, discard, identity_folder, install, locked, retire


class Signer(Protocol):
    """Whoever signs: this installation's :class:`Identity`, or an organisation's certificate, a
    smart card, a signing service. ``docs/signing.md`` has examples.
    """

    @property
    def algorithm(self) -> str:
        """C2PA's name of the signature algorithm: ``es256``, ``es384``, ``es512``, ``ps256``,
        ``ps384``, ``ps512`` or ``ed25519``."""
        ...

    @property
    def chain_pem(self) -> str:
        """The certificates in PEM, the signing one first."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature over the data itself (at most some kilobytes): ECDSA as r || s
        (RFC 9053, section 2.1) or in DER, RSASSA-PSS with a salt as long as the hash, or Ed25519.
        It may be called from several threads.
        """
        ...


@dataclass(frozen=True)
class Identity:
    """Certificates and whoever holds their key: this installation's :class:`Signer`."""

    chain: tuple[x509.Certificate, ...]
    folder: Path
    kind: Kind
    _sign: Callable[[bytes], bytes] = field(repr=False)

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate that signs."""
        return self.chain[0]

    @property
    def root(self) -> x509.Certificate | None:
        """The highest authority that is known; None where only the signing certificate is."""
        return self.chain[-1] if len(self.chain) > 1 else None

    @property
    def algorithm(self) -> str:
        """C2PA's name: ``es256`` for a local identity."""
        return algorithm_of(self.leaf.public_key()) or "es256"

    @property
    def name(self) -> str:
        """Common name of the leaf."""
        return name_of(self.leaf)

    @property
    def chain_pem(self) -> str:
        """Leaf first."""
        return "".join(map(pem_of, self.chain))

    @property
    def root_pem(self) -> str | None:
        """What others add with ``zoo trust add``."""
        return None if self.root is None else pem_of(self.root)

    @property
    def certificate_sha256(self) -> str:
        """sha256 of the leaf's DER, in hex."""
        return fingerprint_of(self.leaf)

    @property
    def root_sha256(self) -> str | None:
        """sha256 of the root's DER, in hex."""
        return None if self.root is None else fingerprint_of(self.root)

    @property
    def valid_until(self) -> str:
        """End of the leaf's life, RFC 3339 in UTC."""
        return until(self.leaf)

    def sign(self, data: bytes) -> bytes:
        """The signature as COSE wants it: for ES256 64 bytes, r || s (RFC 9053, section 2.1)."""
        return self._sign(data)


def load_identity(home: Path | None = None) -> Identity | None:
    """The identity, or None where none was made yet. A token is not opened before it must sign.

    Raises IdentityError where it is incomplete, does not fit together, or others can read its key.
    """
    folder = identity_folder(home)
    if not folder.is_dir():
        return None
    kind = kind_of(folder)
    if kind is Kind.LOCAL:
        return _load_local(folder)
    chain = tuple(read_pem(folder / "chain.pem"))
    if kind is Kind.PKCS11:
        from .signing.pkcs11 import read_settings

        signer = read_settings(folder / "pkcs11.json").signer("".join(map(pem_of, chain)))
        return Identity(chain, folder, kind, signer.sign)
    return Identity(chain, folder, kind, partial(sign_with, _fitting_key(folder, chain[0])))


def ensure_identity(home: Path | None = None) -> Identity:
    """The identity, made where there is none. Only sealing calls this."""
    home = home or zoo_home()
    identity = load_identity(home)
    if identity is None:
        with locked(home, "make an identity"):
            identity = load_identity(home) or _make(home)
    if identity.leaf.not_valid_after_utc <= dt.datetime.now(dt.UTC):
        renewed = (
            "run 'zoo keys remove', and the next sealing makes a new one"
            if identity.kind is Kind.LOCAL
            else "ask the CA for a renewed certificate ('zoo keys request'), and import that"
        )
        raise IdentityError(
            f"the identity expired on {identity.valid_until}: pictures signed with it would not be "
            f"valid; {renewed}"
        )
    return identity


def remove_identity(home: Path | None = None) -> Path | None:
    """Delete the key (one in a token stays there). Returns where a certificate is kept; None where
    it was unreadable, or there was no identity.
    """
    home = home or zoo_home()
    folder = identity_folder(home)
    if not folder.is_dir():
        return None
    with locked(home, "remove the identity"):
        kept = retire(home, own_certificate(folder))
        discard(home)
    return kept


def replace_identity(files: dict[str, tuple[bytes, int]], home: Path | None = None) -> None:
    """Let these files be the identity; the one before is retired, and its key deleted."""
    home = home or zoo_home()
    with locked(home, "replace the identity"):
        install(home, files, of=own_certificate)


def _load_local(folder: Path) -> Identity:
    leaf, root = (read_pem(folder / name)[0] for name in ("leaf.pem", "root.pem"))
    key = _fitting_key(folder, leaf)
    if not issued(root, leaf):
        raise IdentityError(
            f"the certificate {folder / 'leaf.pem'} was not issued by root.pem; {START_ANEW}"
        )
    return Identity((leaf, root), folder, Kind.LOCAL, partial(sign_with, key))


def _make(home: Path) -> Identity:
    key, leaf, root = make_certificates(dt.datetime.now(dt.UTC))
    files = {
        "key.pem": (key_bytes(key), PRIVATE),
        "leaf.pem": (pem_of(leaf).encode(), PUBLIC),
        "root.pem": (pem_of(root).encode(), PUBLIC),
    }
    folder = install(home, files, of=own_certificate)
    return Identity((leaf, root), folder, Kind.LOCAL, partial(sign_with, key))


def key_bytes(key: PrivateKey) -> bytes:
    """PKCS#8 in PEM, not encrypted: for files that only the user can read."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _fitting_key(folder: Path, leaf: x509.Certificate) -> PrivateKey:
    from .signing.files import read_key

    file = folder / "key.pem"
    try:
        key = read_key(file, _no_passphrase)
    except IdentityError as error:
        raise IdentityError(f"{error}; {START_ANEW}") from error
    if key.public_key() != leaf.public_key():
        raise IdentityError(
            f"the key {file} does not match its certificate {name_of(leaf)!r}; {START_ANEW}"
        )
    return key


def _no_passphrase(file: Path) -> bytes:
    raise IdentityError(f"the key {file} is encrypted")
