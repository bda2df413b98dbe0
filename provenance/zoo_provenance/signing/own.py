"""Which certificates are this installation's own: the identity in use, and those before it.

Only certificates are read here, never a key: this serves those who may only read.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from ..errors import IdentityError
from ..home import zoo_home
from .store import identity_folder, locked, retire

if TYPE_CHECKING:
    from ..identity import Signer

START_ANEW = "restore it from a backup, or run 'zoo keys remove' to start with a new identity"


class Kind(StrEnum):
    """Where an identity comes from."""

    LOCAL = "local"
    IMPORTED = "imported"
    PKCS11 = "pkcs11"


def own_certificates(home: Path | None = None) -> list[x509.Certificate]:
    """What shows that a signature was made here, the present one first: the roots of local
    identities, which issued one certificate each, and the signing certificates of others.

    The key is not touched: this serves those who may only read.
    """
    home = home or zoo_home()
    present = _own_file(identity_folder(home))
    files = [present] if present.is_file() else []
    return [read_pem(f)[0] for f in files + sorted((home / "retired").glob("*.pem"))]


def is_own(certificate: x509.Certificate, own: Iterable[x509.Certificate]) -> bool:
    """Whether a signing certificate is one of :func:`own_certificates`, or of a root there."""
    return any(certificate == mine or issued(mine, certificate) for mine in own)


def keep_certificate(signer: Signer, home: Path | None = None) -> None:
    """Let the ledger's links that this signer signs count as made here, though it is not the
    identity: :func:`own_certificates` has its certificate from now on.
    """
    home = home or zoo_home()
    leaf = x509.load_pem_x509_certificates(signer.chain_pem.encode())[0]
    if not is_own(leaf, own_certificates(home)):
        with locked(home, "keep a certificate"):
            retire(home, leaf)


def own_certificate(folder: Path) -> x509.Certificate | None:
    """Of the identity in this folder, what :func:`own_certificates` keeps; None where it cannot be
    read.
    """
    try:
        return read_pem(_own_file(folder))[0]
    except IdentityError:
        return None


def present_root(home: Path | None = None) -> x509.Certificate | None:
    """The root of a local identity in use, without touching its key."""
    file = identity_folder(home) / "root.pem"
    return read_pem(file)[0] if file.is_file() else None


def present_leaf(home: Path | None = None) -> x509.Certificate | None:
    """The signing certificate of an identity in use that was not made here: its authority issues
    others, too, and is not ours to trust.
    """
    file = identity_folder(home) / "chain.pem"
    return read_pem(file)[0] if file.is_file() else None


def issued(root: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether a self-signed root issued the certificate."""
    if root.issuer != root.subject:  # a signing certificate, kept for itself alone
        return False
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def kind_of(folder: Path) -> Kind:
    """What kind of identity a folder holds."""
    if (folder / "pkcs11.json").is_file():
        return Kind.PKCS11
    return Kind.IMPORTED if (folder / "chain.pem").is_file() else Kind.LOCAL


def _own_file(folder: Path) -> Path:
    return folder / ("root.pem" if kind_of(folder) is Kind.LOCAL else "chain.pem")


def read_pem(file: Path) -> list[x509.Certificate]:
    """The certificates of a file of the identity. Raises IdentityError."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise IdentityError(f"cannot read the certificate {file}: {error}; {START_ANEW}") from error
