"""An organisation's certificate and key become this installation's identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from ..certificates import pem_of
from ..errors import IdentityError
from ..identity import key_bytes, replace_identity
from .algorithms import PrivateKey, cose_signature
from .chain import Chain, arrange, refuse_problems
from .files import Ask, is_p12, read_certificates, read_key, read_p12
from .pkcs11 import TokenKey
from .requesting import forget_request, requested_key
from .store import PRIVATE, PUBLIC

_PROBE = b"zoo: does this key belong to this certificate?"


@dataclass(frozen=True)
class Candidate:
    """A chain that passed every check, and its key: what :func:`adopt` makes the identity.
    ``requested``: the key was made here, by ``zoo keys request``."""

    chain: Chain
    key: PrivateKey
    requested: bool = False


def read_candidate(chain: Path, key: Path | None, ask: Ask) -> Candidate:
    """Read and check a certificate chain and its key: two files, one PKCS#12 file, or a chain whose
    key was made here for a signing request.

    ``ask`` gives the passphrase of a file that needs one. Raises IdentityError, for a certificate
    that cannot sign pictures with every reason.
    """
    if is_p12(chain):
        if key is not None:
            raise IdentityError(f"{chain} holds a key already; leave out --key")
        secret, certificates = read_p12(chain, ask)
        return _checked(certificates, secret, chain, requested=False)
    certificates = read_certificates(chain)
    if key is not None:
        return _checked(certificates, read_key(key, ask), chain, requested=False)
    made = requested_key(certificates)
    if made is None:
        raise IdentityError(
            f"no request made here is for a certificate of {chain}; name its key with --key"
        )
    return _checked(certificates, made, chain, requested=True)


def _checked(
    certificates: list[x509.Certificate], key: PrivateKey, file: Path, *, requested: bool
) -> Candidate:
    chain = arrange(certificates, key.public_key())
    refuse_problems(chain, str(file))
    return Candidate(chain, key, requested)


def adopt(candidate: Candidate, home: Path | None = None) -> None:
    """Make it the identity. The one before is retired and its key deleted."""
    replace_identity(
        {
            "key.pem": (key_bytes(candidate.key), PRIVATE),
            "chain.pem": (_pem(candidate.chain), PUBLIC),
        },
        home,
    )
    if candidate.requested:
        forget_request(candidate.key, home)


def read_token_candidate(chain: Path, key: TokenKey) -> Chain:
    """Read and check a chain whose key is in a token, which must sign with it once.

    Raises IdentityError where the chain cannot sign pictures, or the token cannot be used;
    SealError where its key is not that of the certificate.
    """
    arranged = arrange(read_certificates(chain))
    refuse_problems(arranged, str(chain))
    cose_signature(key.signer(_pem(arranged).decode()), _PROBE)
    return arranged


def adopt_token(chain: Chain, key: TokenKey, home: Path | None = None) -> None:
    """Make a key in a token the identity. The one before is retired and its key deleted."""
    replace_identity(
        {"pkcs11.json": (key.to_json(), PRIVATE), "chain.pem": (_pem(chain), PUBLIC)}, home
    )


def _pem(chain: Chain) -> bytes:
    return "".join(map(pem_of, chain.certificates)).encode()
