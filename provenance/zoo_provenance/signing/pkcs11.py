"""Keys that stay in a hardware token, reached through PKCS#11 (OASIS, version 2.40 and up)."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ..errors import IdentityError
from .algorithms import algorithm_of, hash_of
from .files import read_passphrase

_SCHEMA = 1


@dataclass(frozen=True)
class TokenKey:
    """Where a private key is. ``module``: the library of the token's maker; ``token`` and ``key``:
    their labels. The PIN is read when the first signature is asked for, from the environment
    variable ``pin_env`` or the file ``pin_file`` (0600).
    """

    module: str
    token: str
    key: str
    pin_env: str | None = None
    pin_file: str | None = None

    def to_json(self) -> bytes:
        return json.dumps({"schema": _SCHEMA, **asdict(self)}, indent=1).encode()

    def pin(self) -> str:
        """Raises IdentityError where there is none."""
        if self.pin_file is not None:
            return read_passphrase(Path(self.pin_file)).decode()
        pin = os.environ.get(self.pin_env or "")
        if not pin:
            raise IdentityError(
                f"the environment variable {self.pin_env} is not set; it must hold the PIN of the "
                f"token {self.token!r}"
            )
        return pin

    def signer(self, chain_pem: str) -> Pkcs11Signer:
        """A signer with these certificates, the signing one first."""
        return Pkcs11Signer(self, chain_pem)


class Pkcs11Signer:
    """A :class:`~zoo_provenance.identity.Signer` whose key is in a token.

    Nothing is opened before :meth:`sign` is called; then the token stays logged in until the
    process ends. Errors are IdentityError.
    """

    def __init__(self, key: TokenKey, chain_pem: str) -> None:
        self.chain_pem = chain_pem
        self._where = key
        self._public = x509.load_pem_x509_certificates(chain_pem.encode())[0].public_key()
        self.algorithm = algorithm_of(self._public) or "es256"

    def sign(self, data: bytes) -> bytes:
        """The token signs the hash; Ed25519, the data."""
        with _explained(self._where):
            found = _key(self._where)
            with _LOCK:  # a session does one thing at a time
                return bytes(found.sign(self._input(data), **self._mechanism()))

    def _input(self, data: bytes) -> bytes:
        if self.algorithm == "ed25519":
            return data
        return hashlib.new(hash_of(self.algorithm).name, data).digest()

    def _mechanism(self) -> dict[str, Any]:
        from pkcs11 import MGF, Mechanism

        if self.algorithm == "ed25519":
            return {"mechanism": Mechanism.EDDSA}
        if isinstance(self._public, ec.EllipticCurvePublicKey):
            return {"mechanism": Mechanism.ECDSA}
        bits = self.algorithm[2:]
        return {
            "mechanism": Mechanism.RSA_PKCS_PSS,
            "mechanism_param": (
                Mechanism[f"SHA{bits}"],
                MGF[f"SHA{bits}"],
                hash_of(self.algorithm).digest_size,
            ),
        }


def read_settings(file: Path) -> TokenKey:
    """Raises IdentityError where the file cannot be understood."""
    try:
        table = json.loads(file.read_text("utf-8"))
        if table.pop("schema") != _SCHEMA:
            raise ValueError("another schema")
        return TokenKey(**table)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IdentityError(
            f"cannot read {file}: {error}; say anew where the key is, with 'zoo keys use-pkcs11'"
        ) from error


_LOCK = threading.Lock()


def _key(where: TokenKey) -> Any:
    with _LOCK:
        return _open(where)


@cache
def _open(where: TokenKey) -> Any:
    """The private key. A process logs into a token once, which then holds for all its sessions."""
    try:
        import pkcs11
    except ImportError as error:
        raise IdentityError(
            "keys in tokens need python-pkcs11: pip install -e '.[pkcs11]'"
        ) from error
    if not Path(where.module).is_file():
        raise IdentityError(f"there is no PKCS#11 module {where.module}; name it with --module")
    token = pkcs11.lib(where.module).get_token(token_label=where.token)
    try:
        session = token.open(user_pin=where.pin())
    except pkcs11.UserAlreadyLoggedIn:
        session = token.open()
    return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=where.key)


@contextmanager
def _explained(where: TokenKey) -> Iterator[None]:
    """The token's errors in words."""
    try:
        yield
    except IdentityError:
        raise
    except Exception as error:
        name = type(error).__name__
        meaning = {
            "NoSuchToken": f"it knows no token {where.token!r}",
            "MultipleTokensReturned": f"it knows several tokens {where.token!r}",
            "NoSuchKey": f"there is no private key with the label {where.key!r}",
            "MultipleObjectsReturned": f"there are several private keys labelled {where.key!r}",
            "PinIncorrect": "the PIN is wrong",
            "PinLocked": "the PIN is locked after too many wrong ones",
            "MechanismInvalid": "it cannot sign in the way that the certificate's key needs",
        }.get(name, f"{name} {error}".strip())
        raise IdentityError(
            f"the token {where.token!r} of {where.module} did not sign: {meaning}"
        ) from error
