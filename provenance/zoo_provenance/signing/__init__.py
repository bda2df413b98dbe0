"""Signing with an organisation's certificate: from a file, from a hardware token, or through any
service that a :class:`~zoo_provenance.identity.Signer` can call.

- ``algorithms``: the algorithms of C2PA, and signatures in the form that COSE wants
- ``profile``, ``chain``: what a certificate must be like to sign pictures
- ``files``: certificates and keys as authorities deliver them
- ``importing``, ``requesting``, ``exporting``: how they come here, and leave
- ``store``, ``own``: where the identity lies, and which certificates are this installation's
- ``pkcs11``: keys that stay in a token
- ``timestamps``: the time-stamp authority that is asked, if any
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..identity import Signer as Signer
    from .pkcs11 import Pkcs11Signer as Pkcs11Signer

_HOME = {"Pkcs11Signer": ".pkcs11", "Signer": "..identity"}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name], __name__), name)
