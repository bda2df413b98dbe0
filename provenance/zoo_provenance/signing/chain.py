"""The certificates between a signer and an authority that others trust: their order, and whether
they hold together.

C2PA, section 14.5: the signing certificate comes first, each certificate is issued by the next, and
the anchor need not be there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from ..certificates import name_of
from ..errors import IdentityError
from .fields import Problem, form_problems, key_problems, validity_problems
from .profile import extension_of, leaf_problems, readable_extensions


@dataclass(frozen=True)
class Chain:
    """Certificates in order, the signing one first. ``notes``: what a person should know."""

    certificates: tuple[x509.Certificate, ...]
    notes: tuple[str, ...] = ()

    @property
    def leaf(self) -> x509.Certificate:
        return self.certificates[0]


def arrange(certificates: Sequence[x509.Certificate], key: object = None) -> Chain:
    """The certificates in order, beginning with that of ``key`` (a public key) where one is given.

    Those that belong to another chain are left out, and a note says so. Raises IdentityError where
    no certificate is that of the key, or it cannot be told which one signs.
    """
    given = list(dict.fromkeys(certificates))
    ordered = [_leaf(given, key)]
    while (above := _issuer(ordered[-1], given)) is not None and above not in ordered:
        ordered.append(above)
    notes = []
    if ordered != given[: len(ordered)]:
        notes.append("the certificates were not in order, and were put in order")
    for stray in [c for c in given if c not in ordered]:
        notes.append(f"left out, as it is not part of the chain: {name_of(stray)}")
    top = ordered[-1]
    if top.issuer != top.subject:
        notes.append(
            f"the chain ends with {name_of(top)!r}, issued by "
            f"{top.issuer.rfc4514_string()}: readers must have that one in their lists; where it "
            "is an intermediate certificate, ask the CA for the whole chain"
        )
    return Chain(tuple(ordered), tuple(notes))


def chain_problems(chain: Chain, now: dt.datetime | None = None) -> list[Problem]:
    """Everything that keeps the chain from signing pictures, each in one sentence; ``now``: UTC."""
    now = now or dt.datetime.now(dt.UTC)
    found = leaf_problems(chain.leaf, now)
    for depth, authority in enumerate(chain.certificates[1:]):
        for problem in _authority_problems(authority, depth, now):
            field = f"{problem.field} of the authority {name_of(authority)!r}"
            found.append(Problem(field, problem.has, problem.needs, problem.ask))
    return found


def refuse_problems(chain: Chain, name: str) -> None:
    """Raises IdentityError that lists all problems; ``name`` is what it calls the chain."""
    found = chain_problems(chain)
    if not found:
        return
    count = "one thing is" if len(found) == 1 else f"{len(found)} things are"
    lines = "".join(f"\n  - {problem}" for problem in found)
    raise IdentityError(
        f"{name} cannot sign pictures: {count} wrong with the certificate of "
        f"{name_of(chain.leaf)!r}{lines}"
    )


def _leaf(certificates: Sequence[x509.Certificate], key: object) -> x509.Certificate:
    if key is not None:
        for certificate in certificates:
            if _has_key(certificate, key):
                return certificate
        names = ", ".join(repr(name_of(c)) for c in certificates[:4])
        raise IdentityError(
            f"the private key belongs to none of the certificates ({names}): give the key that the "
            "certificate was requested with"
        )
    ends = [c for c in certificates if not any(_issued(c, o) for o in certificates if o is not c)]
    if len(ends) != 1:
        raise IdentityError(
            f"of {len(certificates)} certificates, {len(ends)} issued none of the others: it "
            "cannot be told which one signs; give one chain"
        )
    return ends[0]


def _has_key(certificate: x509.Certificate, key: object) -> bool:
    try:
        return bool(certificate.public_key() == key)
    except Exception:  # noqa: BLE001 - of a kind that the library does not know
        return False


def _issuer(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    if certificate.issuer == certificate.subject:
        return None
    return next((c for c in others if c is not certificate and _issued(c, certificate)), None)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if certificate.issuer != authority.subject:
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - SHA-1 and the like: the name must do, a rule tells the rest
        return True
    return True


def _authority_problems(authority: x509.Certificate, below: int, now: dt.datetime) -> list[Problem]:
    """``below``: how many authorities stand between it and the signer."""
    is_root = authority.issuer == authority.subject
    # Nobody checks how a root signed itself: it is believed by being on a list.
    form = key_problems(authority) if is_root else form_problems(authority)
    found = [*form, *validity_problems(authority, now)]
    extensions = readable_extensions(authority)
    ask = "ask the CA for the right chain"
    constraints = extensions and extension_of(extensions, x509.BasicConstraints)
    field = "basicConstraints (2.5.29.19)"
    if not constraints or not constraints.value.ca:
        found.append(Problem(field, "no cA true", "cA true, as it issued the next one", ask))
    elif constraints.value.path_length is not None and constraints.value.path_length < below:
        length = f"a path length of {constraints.value.path_length}"
        found.append(Problem(field, length, f"{below} or more, or none", ask))
    usage = extensions and extension_of(extensions, x509.KeyUsage)
    if usage and not usage.value.key_cert_sign:
        found.append(Problem("keyUsage (2.5.29.15)", "no keyCertSign", "keyCertSign", ask))
    return found
