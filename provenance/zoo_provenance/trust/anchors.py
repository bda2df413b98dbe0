"""A certificate that is believed, all of them together, and how they are read from files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from ..certificates import fingerprint_of, name_of, pem_of, since, until
from ..errors import TrustError

MAX_FILE = 4 * 1024 * 1024

Source = Literal["own", "added", "official", "interim"]
"""Why a certificate is believed: it is this installation's own, was added by hand, or is on a
list."""

Anchors = tuple[tuple[str, str, str], ...]
"""(source, authorities, single signers), the latter two in PEM."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_UNREADABLE = (
    TypeError,
    ValueError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What is raised for fields that are no certificate's, some when they are first looked at."""

_BLOCK = re.compile(_BEGIN + rb"[^-]*-----END CERTIFICATE-----")


@dataclass(frozen=True)
class Anchor:
    """One certificate that is believed. ``valid_until`` is RFC 3339 in UTC."""

    sha256: str
    name: str
    subject: str
    valid_until: str
    pem: str
    origin: Source

    @property
    def serial(self) -> int:
        """The certificate's serial number, as its issuer counts."""
        return x509.load_pem_x509_certificate(self.pem.encode()).serial_number


@dataclass(frozen=True)
class InstalledList:
    """A list that others keep, as it was when it was fetched (``installed``: RFC 3339 in UTC).

    ``signers`` and ``timestampers`` are authorities. ``leaves`` are certificates that sign
    pictures themselves, each believed alone.
    """

    name: str
    installed: str
    signers: tuple[Anchor, ...]
    timestampers: tuple[Anchor, ...]
    leaves: tuple[Anchor, ...]

    @property
    def all(self) -> tuple[Anchor, ...]:
        """Every certificate of the list."""
        return (*self.signers, *self.timestampers, *self.leaves)

    @cached_property
    def newest(self) -> str:
        """When the youngest of its certificates was issued, RFC 3339 in UTC: the list is no older,
        whenever it was installed. Lists do not tell their own date."""
        return max(since(x509.load_pem_x509_certificate(a.pem.encode())) for a in self.all)


@dataclass(frozen=True)
class Trust:
    """All anchors: of those who sign manifests, of those who time-stamp, and single signers."""

    signers: tuple[Anchor, ...] = ()
    timestampers: tuple[Anchor, ...] = ()
    leaves: tuple[Anchor, ...] = ()
    profile: str = ""
    lists: tuple[InstalledList, ...] = ()

    @property
    def signers_pem(self) -> str:
        return _pem(self.signers)

    @property
    def timestampers_pem(self) -> str:
        return _pem(self.timestampers)

    @property
    def only_timestampers_pem(self) -> str:
        """Time-stampers that are not believed as signers, too."""
        signers = {a.pem for a in self.signers}
        return _pem(a for a in self.timestampers if a.pem not in signers)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the signers come from, each once, the nearest first."""
        return tuple(dict.fromkeys(a.origin for a in (*self.signers, *self.leaves)))

    @cached_property
    def signers_by_source(self) -> Anchors:
        """Of each source, authorities and single signers."""
        return tuple(
            (
                source,
                _pem(a for a in self.signers if a.origin == source),
                _pem(a for a in self.leaves if a.origin == source),
            )
            for source in self.sources
        )


def _pem(anchors: Iterable[Anchor]) -> str:
    return "".join(a.pem for a in anchors)


def anchor_of(certificate: x509.Certificate, origin: Source) -> Anchor:
    """Raises TrustError where the certificate's fields cannot be read."""
    try:
        return Anchor(
            sha256=fingerprint_of(certificate),
            name=name_of(certificate),
            subject=certificate.subject.rfc4514_string(),
            valid_until=until(certificate),
            pem=pem_of(certificate),
            origin=origin,
        )
    except _UNREADABLE as error:
        raise TrustError(f"a certificate cannot be read: {error}") from error


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may issue others (RFC 5280, section 4.2.1.9); old roots do not say so at all."""
    try:
        try:
            extension = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        except x509.ExtensionNotFound:
            return certificate.subject == certificate.issuer
        return extension.value.ca
    except _UNREADABLE as error:
        raise TrustError(f"a certificate cannot be read: {error}; nothing was added") from error


def only_stamps(certificate: x509.Certificate) -> bool:
    """Whether it is for time-stamping alone."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return False
    return list(usage) == [ExtendedKeyUsageOID.TIME_STAMPING]


def read_file(file: Path) -> bytes:
    """A file of at most 4 MiB. Raises TrustError."""
    try:
        if not file.is_file():
            raise TrustError(f"no such file: {file}; give a certificate in PEM or DER")
        if file.stat().st_size > MAX_FILE:
            raise TrustError(f"{file} is larger than {MAX_FILE >> 20} MiB; give certificates only")
        return file.read_bytes()
    except OSError as error:
        raise TrustError(f"cannot read {file}: {error}") from error


def parse(data: bytes, name: str) -> list[x509.Certificate]:
    """The certificates in ``data``: PEM, one or many with text between, or one in DER.

    ``name`` is what errors call it. Raises TrustError where one of them cannot be read, or a
    private key is among them.
    """
    if b"PRIVATE KEY-----" in data:
        raise TrustError(
            f"{name} holds a private key, which nobody needs to verify; give the certificate alone"
        )
    blocks = _BLOCK.findall(data)
    if _BEGIN not in data:
        return [_parse(data, name, "the file", der=True)]
    if len(blocks) != data.count(_BEGIN):
        raise TrustError(f"{name}: a certificate begins but does not end; nothing was added")
    return [
        _parse(block, name, f"certificate {number} of {len(blocks)}", der=False)
        for number, block in enumerate(blocks, start=1)
    ]


def _parse(data: bytes, name: str, which: str, *, der: bool) -> x509.Certificate:
    try:
        load = x509.load_der_x509_certificate if der else x509.load_pem_x509_certificate
        return load(data)
    except _UNREADABLE as error:
        raise TrustError(
            f"{name}: {which} is not an X.509 certificate in PEM or DER; nothing was added"
        ) from error
