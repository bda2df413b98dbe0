"""Whose signatures and time-stamps are believed: the anchors in ``trust/`` of the home.

``trust/signers/<sha256>.pem`` and ``trust/tsa/<sha256>.pem`` hold one certificate each. This
installation's own root counts as a signer without a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from .atomic import write_atomically
from .certificates import fingerprint_of, name_of, pem_of, until
from .errors import TrustError
from .home import make_home, zoo_home
from .identity import present_root

MAX_FILE = 4 * 1024 * 1024
MIN_PREFIX = 8

_BLOCK = re.compile(
    rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----",
)


@dataclass(frozen=True)
class Anchor:
    """One certificate that is believed. ``valid_until`` is RFC 3339 in UTC."""

    sha256: str
    name: str
    subject: str
    valid_until: str
    pem: str
    origin: Literal["own", "added"]


@dataclass(frozen=True)
class Trust:
    """All anchors: of those who sign manifests, and of those who time-stamp."""

    signers: tuple[Anchor, ...] = ()
    timestampers: tuple[Anchor, ...] = ()

    @property
    def signers_pem(self) -> str:
        return "".join(a.pem for a in self.signers)

    @property
    def timestampers_pem(self) -> str:
        return "".join(a.pem for a in self.timestampers)


@dataclass(frozen=True)
class Added:
    """What :func:`add_anchors` did with a file."""

    added: tuple[Anchor, ...]
    present: tuple[Anchor, ...]
    left_out: tuple[Anchor, ...]
    """Certificates of the file that sign for themselves only; nothing can be built on them."""


def load_trust(home: Path | None = None, *, own: bool = True) -> Trust:
    """Every anchor. ``own``: this installation's root, if it has one, is among the signers.

    Raises TrustError where an anchor's file cannot be read: a list that is silently shorter would
    give other verdicts.
    """
    home = home or zoo_home()
    root = present_root(home) if own else None
    mine = () if root is None else (_anchor(root, "own"),)
    known = {a.sha256 for a in mine}
    signers = tuple(a for _, a in _stored(home, tsa=False) if a.sha256 not in known)
    return Trust(mine + signers, tuple(a for _, a in _stored(home, tsa=True)))


def add_anchors(file: Path, *, tsa: bool = False, home: Path | None = None) -> Added:
    """Believe every authority's certificate in a file: PEM, one or many with text between, or DER.

    All or none: raises TrustError before anything is written where a certificate cannot be read,
    where none is an authority's, or where the file holds a private key.
    """
    home = home or zoo_home()
    certificates = _read(Path(file))
    authorities = {a.sha256: a for a in (_anchor(c, "added") for c in certificates if _is_ca(c))}
    others = {a.sha256: a for a in (_anchor(c, "added") for c in certificates if not _is_ca(c))}
    if not authorities:
        raise TrustError(
            f"{file} holds only the certificate of somebody who signs, not of the authority that "
            "issued it; ask for that one (another Zoo prints it with 'zoo keys show --pem')"
        )
    stampers = [c for c in certificates if _only_stamps(c)]
    if stampers and not tsa:
        raise TrustError(
            f"{file} holds {len(stampers)} certificates that are for time-stamping alone, and must "
            "not vouch for signers; add the file with --tsa"
        )
    known = {a.sha256 for _, a in _stored(home, tsa=tsa)}
    new = tuple(a for a in authorities.values() if a.sha256 not in known)
    _store(new, _folder(home, tsa=tsa), home)
    present = tuple(a for a in authorities.values() if a.sha256 in known)
    return Added(new, present, tuple(others.values()))


def _only_stamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return list(usage) == [ExtendedKeyUsageOID.TIME_STAMPING]


def remove_anchor(sha256_prefix: str, home: Path | None = None) -> Anchor:
    """Stop believing the one certificate whose sha256 begins so, as signer and as time-stamper.

    Raises TrustError where the prefix has fewer than 8 hex digits, or fits none or several.
    """
    home = home or zoo_home()
    prefix = sha256_prefix.replace(":", "").casefold()
    if len(prefix) < MIN_PREFIX or re.search(r"[^0-9a-f]", prefix):
        raise TrustError(
            f"{sha256_prefix!r} is not the beginning of a certificate's sha256: give at least "
            f"{MIN_PREFIX} hex digits of one that 'zoo trust list' shows"
        )
    stored = [*_stored(home, tsa=False), *_stored(home, tsa=True)]
    found = {a.sha256: a for _, a in stored if a.sha256.startswith(prefix)}
    if not found:
        _say_own(prefix, home)
        raise TrustError(f"no certificate's sha256 begins with {prefix}; see 'zoo trust list'")
    if len(found) > 1:
        raise TrustError(f"{prefix} fits {len(found)} certificates; give more digits")
    [(sha256, anchor)] = found.items()
    for path, other in stored:
        if other.sha256 == sha256:
            _unlink(path)
    return anchor


def _is_ca(certificate: x509.Certificate) -> bool:
    """Whether it may issue others (RFC 5280, section 4.2.1.9); old roots do not say so at all."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return certificate.subject == certificate.issuer
    except ValueError as error:
        raise TrustError(f"a certificate cannot be read: {error}; nothing was added") from error
    return extension.value.ca


def _store(anchors: tuple[Anchor, ...], folder: Path, home: Path) -> None:
    try:
        make_home(home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for anchor in anchors:
            write_atomically(folder / f"{anchor.sha256}.pem", anchor.pem.encode())
    except OSError as error:
        raise TrustError(f"cannot write to {folder}: {error}") from error


def _say_own(prefix: str, home: Path) -> None:
    root = present_root(home)
    if root is not None and fingerprint_of(root).startswith(prefix):
        raise TrustError(
            "that is this installation's own certificate, which counts while its key is here; "
            "'zoo keys remove' removes both"
        )


def _folder(home: Path, *, tsa: bool) -> Path:
    return home / "trust" / ("tsa" if tsa else "signers")


def _stored(home: Path, *, tsa: bool) -> list[tuple[Path, Anchor]]:
    found = []
    for path in sorted(_folder(home, tsa=tsa).glob("*.pem")):
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError) as error:
            raise TrustError(
                f"cannot read the trust anchor {path}: {error}; delete the file, and add the "
                "certificate again with 'zoo trust add'"
            ) from error
        found.append((path, _anchor(certificate, "added")))
    return found


def _anchor(certificate: x509.Certificate, origin: Literal["own", "added"]) -> Anchor:
    try:
        return Anchor(
            sha256=fingerprint_of(certificate),
            name=name_of(certificate),
            subject=certificate.subject.rfc4514_string(),
            valid_until=until(certificate),
            pem=pem_of(certificate),
            origin=origin,
        )
    except ValueError as error:
        raise TrustError(f"a certificate cannot be read: {error}") from error


def _read(file: Path) -> list[x509.Certificate]:
    data = _bytes(file)
    if b"PRIVATE KEY-----" in data:
        raise TrustError(
            f"{file} holds a private key, which nobody needs to verify; give the certificate alone"
        )
    blocks = _BLOCK.findall(data)
    if b"-----BEGIN CERTIFICATE-----" not in data:
        return [_parse(data, file, "the file", der=True)]
    if len(blocks) != data.count(b"-----BEGIN CERTIFICATE-----"):
        raise TrustError(f"{file}: a certificate begins but does not end; nothing was added")
    return [
        _parse(block, file, f"certificate {number} of {len(blocks)}", der=False)
        for number, block in enumerate(blocks, start=1)
    ]


def _bytes(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise TrustError(f"no such file: {file}; give a certificate in PEM or DER")
        if file.stat().st_size > MAX_FILE:
            raise TrustError(f"{file} is larger than {MAX_FILE >> 20} MiB; give certificates only")
        return file.read_bytes()
    except OSError as error:
        raise TrustError(f"cannot read {file}: {error}") from error


def _parse(data: bytes, file: Path, which: str, *, der: bool) -> x509.Certificate:
    try:
        load = x509.load_der_x509_certificate if der else x509.load_pem_x509_certificate
        return load(data)
    except ValueError as error:
        raise TrustError(
            f"{file}: {which} is not an X.509 certificate in PEM or DER; nothing was added"
        ) from error


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise TrustError(f"cannot remove {path}: {error}") from error
