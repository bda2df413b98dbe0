"""What a certificate must be like to sign pictures: the profile of C2PA.

C2PA Technical Specification 2.4, section 14.5 (X.509 certificates); RFC 5280 behind it. Each rule
yields what is wrong in one sentence: which field, what it has, what is needed, and what to ask the
authority for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from ..certificates import PURPOSES
from .fields import Problem, form_problems, validity_problems

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)

_ALONE = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING)
_KNOWN = {
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.CRL_DISTRIBUTION_POINTS,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.INHIBIT_ANY_POLICY,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.NAME_CONSTRAINTS,
    ExtensionOID.POLICY_CONSTRAINTS,
    ExtensionOID.POLICY_MAPPINGS,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
}
"""Extensions that readers of C2PA handle, and so may be critical (RFC 5280, section 4.2)."""

_WANTED = " or ".join(f"{name} ({oid.dotted_string})" for oid, name in PURPOSES.items())


def leaf_problems(leaf: x509.Certificate, now: dt.datetime | None = None) -> list[Problem]:
    """Everything that keeps a certificate from signing pictures; ``now`` is in UTC."""
    found = [*form_problems(leaf), *validity_problems(leaf, now or dt.datetime.now(dt.UTC))]
    extensions = readable_extensions(leaf)
    if extensions is None:
        return [*found, _UNREADABLE]
    for rule in _RULES:
        found += rule(leaf, extensions)
    return found


def readable_extensions(certificate: x509.Certificate) -> x509.Extensions | None:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


_UNREADABLE = Problem(
    "extensions",
    "some that cannot be read, or one twice",
    "each once",
    "ask the CA to issue it anew",
)


def extension_of(extensions: x509.Extensions, kind: type[_Kind]) -> x509.Extension[_Kind] | None:
    try:
        return extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _not_self_signed(leaf: x509.Certificate, _: x509.Extensions) -> Iterator[Problem]:
    if leaf.issuer == leaf.subject:
        yield Problem(
            "issuer",
            "the same name as the subject (it is self-signed)",
            "that of an authority",
            "send the CA a request ('zoo keys request'), or sign it with a CA of your own",
        )


def _basic_constraints(_: x509.Certificate, extensions: x509.Extensions) -> Iterator[Problem]:
    found = extension_of(extensions, x509.BasicConstraints)
    if found and found.value.ca:
        yield Problem(
            "basicConstraints (2.5.29.19)",
            "cA true (it is an authority's)",
            "cA false",
            "ask the CA for an end-entity certificate; authorities do not sign pictures",
        )


def _key_usage(_: x509.Certificate, extensions: x509.Extensions) -> Iterator[Problem]:
    field = "keyUsage (2.5.29.15)"
    found = extension_of(extensions, x509.KeyUsage)
    ask = "ask the CA for the key usage digitalSignature, marked critical"
    if found is None:
        yield Problem(field, "no such extension", "digitalSignature, critical", ask)
        return
    if not found.value.digital_signature:
        yield Problem(field, "no digitalSignature among its bits", "digitalSignature", ask)
    if found.value.key_cert_sign:
        yield Problem(
            field,
            "keyCertSign",
            "only what an end entity may do",
            "ask the CA to leave keyCertSign to authorities",
        )
    if not found.critical:
        yield Problem(field, "no mark as critical", "to be critical", ask)


def _extended_key_usage(_: x509.Certificate, extensions: x509.Extensions) -> Iterator[Problem]:
    field = "extKeyUsage (2.5.29.37)"
    found = extension_of(extensions, x509.ExtendedKeyUsage)
    ask = "ask the CA for a C2PA claim-signing, document-signing or S/MIME certificate"
    if found is None:
        yield Problem(field, "no such extension", _WANTED, ask)
        return
    purposes = list(found.value)
    if ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in purposes:
        yield Problem(
            field,
            "anyExtendedKeyUsage (2.5.29.37.0)",
            "to name its purposes",
            "ask the CA to leave that purpose out",
        )
    if not any(purpose in PURPOSES for purpose in purposes):
        yield Problem(field, ", ".join(map(_purpose, purposes)), _WANTED, ask)
    alone = [purpose for purpose in purposes if purpose in _ALONE]
    if alone:
        yield Problem(
            field,
            " and ".join(map(_purpose, alone)),
            "to be kept apart from these services",
            "ask the CA for a certificate of its own for them",
        )


def _purpose(oid: x509.ObjectIdentifier) -> str:
    name = PURPOSES.get(oid, oid._name)
    return f"{'a purpose unknown here' if name == 'Unknown OID' else name} ({oid.dotted_string})"


def _authority_key(leaf: x509.Certificate, extensions: x509.Extensions) -> Iterator[Problem]:
    if leaf.issuer == leaf.subject or extension_of(extensions, x509.AuthorityKeyIdentifier):
        return
    yield Problem(
        "authorityKeyIdentifier (2.5.29.35)",
        "no such extension",
        "the key identifier of its issuer",
        "ask the CA to include it, as RFC 5280, section 4.2.1.1, demands",
    )


def _critical(_: x509.Certificate, extensions: x509.Extensions) -> Iterator[Problem]:
    for extension in extensions:
        if extension.critical and extension.oid not in _KNOWN:
            name = extension.oid._name
            shown = "an extension" if name == "Unknown OID" else name
            yield Problem(
                f"{shown} ({extension.oid.dotted_string})",
                "a mark as critical, though readers of C2PA do not know it",
                "not to be critical",
                "ask the CA to leave it out, or not to mark it critical",
            )


_RULES: tuple[Callable[[x509.Certificate, x509.Extensions], Iterator[Problem]], ...] = (
    _not_self_signed,
    _basic_constraints,
    _key_usage,
    _extended_key_usage,
    _authority_key,
    _critical,
)
