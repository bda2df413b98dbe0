"""The identity as files: its certificates for others, or all of it as an encrypted backup."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from ..atomic import write_new
from ..errors import IdentityError
from ..identity import Identity
from .files import read_key
from .own import Kind

LEAST_PASSPHRASE = 8


def export_chain(identity: Identity, file: Path) -> None:
    """Write the certificates in PEM, the signing one first. Raises IdentityError, also for a file
    that is there.
    """
    _write(file, identity.chain_pem.encode(), 0o644)


def export_private(identity: Identity, file: Path, passphrase: bytes) -> None:
    """Write key and certificates as PKCS#12, encrypted (AES-256), readable by the user alone.

    Raises IdentityError where the key is in a token, the passphrase has fewer than 8 bytes, or the
    file is there.
    """
    if identity.kind is Kind.PKCS11:
        raise IdentityError(
            "the key is in a token and cannot leave it; back it up with the token's own tools"
        )
    if len(passphrase) < LEAST_PASSPHRASE:
        raise IdentityError(f"the passphrase must have at least {LEAST_PASSPHRASE} characters")
    key = read_key(identity.folder / "key.pem", lambda _: b"")
    data = pkcs12.serialize_key_and_certificates(
        identity.name.encode(),
        key,
        identity.leaf,
        identity.chain[1:],
        serialization.BestAvailableEncryption(passphrase),
    )
    _write(file, data, 0o600)


def _write(file: Path, data: bytes, mode: int) -> None:
    try:
        write_new(file, data, mode=mode)
    except FileExistsError as error:
        raise IdentityError(f"{file} is already there; choose another name") from error
    except OSError as error:
        raise IdentityError(f"cannot write {file}: {error.strerror}") from error
