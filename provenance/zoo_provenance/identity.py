"""This installation's signing identity: one key, made at the first sealing and never by verifying.

``identity/`` in the home holds ``key.pem`` (0600), ``leaf.pem`` and ``root.pem``. The folder is
filled under another name and renamed, so that a crash leaves a usable identity or none.
``retired/`` keeps the root certificates of identities that were removed: the ledger's older links
are checked against them.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from filelock import FileLock

from .atomic import write_atomically, write_new
from .certificates import fingerprint_of, make_certificates, name_of, pem_of, until
from .errors import IdentityError
from .home import make_home, zoo_home

_START_ANEW = "restore it from a backup, or run 'zoo keys remove' to start with a new identity"


class Signer(Protocol):
    """Whoever signs: this installation's :class:`Identity`, or an organisation's certificate, a
    smart card, a signing service.
    """

    @property
    def algorithm(self) -> str:
        """C2PA's name of the signature algorithm: ``es256``."""
        ...

    @property
    def chain_pem(self) -> str:
        """The certificates in PEM, the signing one first."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature as COSE wants it: for ``es256`` 64 bytes, r || s (RFC 9053, section 2.1),
        not DER.
        """
        ...


@dataclass(frozen=True)
class Identity:
    """A key and its certificates: this installation's :class:`Signer`."""

    leaf: x509.Certificate
    root: x509.Certificate
    folder: Path
    _key: ec.EllipticCurvePrivateKey = field(repr=False)
    algorithm: str = "es256"

    @property
    def name(self) -> str:
        """Common name of the leaf."""
        return name_of(self.leaf)

    @property
    def chain_pem(self) -> str:
        """Leaf, then root."""
        return pem_of(self.leaf) + pem_of(self.root)

    @property
    def root_pem(self) -> str:
        """What others add with ``zoo trust add``."""
        return pem_of(self.root)

    @property
    def certificate_sha256(self) -> str:
        """sha256 of the leaf's DER, in hex."""
        return fingerprint_of(self.leaf)

    @property
    def root_sha256(self) -> str:
        """sha256 of the root's DER, in hex."""
        return fingerprint_of(self.root)

    @property
    def valid_until(self) -> str:
        """End of the leaf's life, RFC 3339 in UTC."""
        return until(self.leaf)

    def sign(self, data: bytes) -> bytes:
        """ES256: 64 bytes, r || s (RFC 9053, section 2.1)."""
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def identity_folder(home: Path | None = None) -> Path:
    return (home or zoo_home()) / "identity"


def load_identity(home: Path | None = None) -> Identity | None:
    """The identity, or None where none was made yet.

    Raises IdentityError where it is incomplete, does not fit together, or others can read its key.
    """
    folder = identity_folder(home)
    if not folder.is_dir():
        return None
    leaf = _certificate(folder / "leaf.pem")
    root = _certificate(folder / "root.pem")
    key = _private_key(folder / "key.pem")
    if key.public_key() != leaf.public_key():
        raise IdentityError(
            f"the key {folder / 'key.pem'} does not match its certificate leaf.pem; {_START_ANEW}"
        )
    try:
        leaf.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise IdentityError(
            f"the certificate {folder / 'leaf.pem'} was not issued by root.pem; {_START_ANEW}"
        ) from error
    return Identity(leaf, root, folder, key)


def ensure_identity(home: Path | None = None) -> Identity:
    """The identity, made where there is none. Only sealing calls this."""
    home = home or zoo_home()
    identity = load_identity(home)
    if identity is None:
        try:
            with FileLock(make_home(home) / "identity.lock", timeout=60):
                identity = load_identity(home) or _make(home)
        except OSError as error:
            raise IdentityError(
                f"cannot make an identity in {home}: {error}; make the folder writable, or let "
                "ZOO_HOME name another one"
            ) from error
    if identity.leaf.not_valid_after_utc <= dt.datetime.now(dt.UTC):
        raise IdentityError(
            f"the identity expired on {identity.valid_until}: pictures signed with it would not be "
            "valid; run 'zoo keys remove', and the next sealing makes a new one"
        )
    return identity


def remove_identity(home: Path | None = None) -> Path | None:
    """Delete the key. Returns where the root certificate is kept; None where it was unreadable, or
    there was no identity.
    """
    home = home or zoo_home()
    folder = identity_folder(home)
    if not folder.is_dir():
        return None
    try:
        with FileLock(home / "identity.lock", timeout=60):
            kept = _retire(folder, home)
            doomed = home / ".identity-removed"
            shutil.rmtree(doomed, ignore_errors=True)
            folder.rename(doomed)
            shutil.rmtree(doomed)
    except OSError as error:
        raise IdentityError(f"cannot remove the identity in {folder}: {error}") from error
    return kept


def own_roots(home: Path | None = None) -> list[x509.Certificate]:
    """Root certificates of this installation, the present one first, then the retired ones.

    The key is not touched: this serves those who may only read.
    """
    home = home or zoo_home()
    present = identity_folder(home) / "root.pem"
    files = [present] if present.is_file() else []
    return [_certificate(f) for f in files + sorted((home / "retired").glob("*.pem"))]


def present_root(home: Path | None = None) -> x509.Certificate | None:
    """The root certificate of the identity in use, without touching its key."""
    file = identity_folder(home) / "root.pem"
    return _certificate(file) if file.is_file() else None


def _make(home: Path) -> Identity:
    leaf_key, leaf, root = make_certificates(dt.datetime.now(dt.UTC))
    fresh = home / ".identity-new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    key = leaf_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_new(fresh / "key.pem", key, mode=0o600)
    write_new(fresh / "leaf.pem", pem_of(leaf).encode(), mode=0o644)
    write_new(fresh / "root.pem", pem_of(root).encode(), mode=0o644)
    folder = fresh.rename(identity_folder(home))
    return Identity(leaf, root, folder, leaf_key)


def _retire(folder: Path, home: Path) -> Path | None:
    try:
        root = _certificate(folder / "root.pem")
    except IdentityError:
        return None
    retired = home / "retired"
    retired.mkdir(mode=0o700, exist_ok=True)
    kept = retired / f"{fingerprint_of(root)}.pem"
    write_atomically(kept, pem_of(root).encode())
    return kept


def _certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise IdentityError(
            f"cannot read the certificate {file}: {error}; {_START_ANEW}"
        ) from error


def _private_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            raise IdentityError(
                f"other users can reach the private key {file} (mode {mode:04o}, expected 0600); "
                f"run 'chmod 600 {file}', or 'zoo keys remove' if somebody may have read it"
            )
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise IdentityError(
            f"cannot read the private key {file}: {error}; {_START_ANEW}"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise IdentityError(f"the private key {file} is not a P-256 key; {_START_ANEW}")
    return key
