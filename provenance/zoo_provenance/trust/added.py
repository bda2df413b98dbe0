"""The anchors that were added by hand: one file each in ``trust/`` of the home.

``trust/signers/<sha256>.pem`` and ``trust/tsa/<sha256>.pem`` hold one certificate each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from ..atomic import write_atomically
from ..certificates import fingerprint_of
from ..errors import TrustError
from ..home import make_home, zoo_home
from ..signing.own import present_leaf, present_root
from .anchors import Anchor, anchor_of, is_authority, only_stamps, parse, read_file
from .lists import LISTS, stored_list

MIN_PREFIX = 8


@dataclass(frozen=True)
class Added:
    """What :func:`add_anchors` did with a file."""

    added: tuple[Anchor, ...]
    present: tuple[Anchor, ...]
    left_out: tuple[Anchor, ...]
    """Certificates of the file that sign for themselves only; nothing can be built on them."""


def add_anchors(file: Path, *, tsa: bool = False, home: Path | None = None) -> Added:
    """Believe every authority's certificate in a file: PEM, one or many with text between, or DER.

    All or none: raises TrustError before anything is written where a certificate cannot be read,
    where none is an authority's, or where the file holds a private key.
    """
    home = home or zoo_home()
    certificates = parse(read_file(Path(file)), str(file))
    authorities = {
        a.sha256: a for a in (anchor_of(c, "added") for c in certificates if is_authority(c))
    }
    others = {
        a.sha256: a for a in (anchor_of(c, "added") for c in certificates if not is_authority(c))
    }
    if not authorities:
        raise TrustError(
            f"{file} holds only the certificate of somebody who signs, not of the authority that "
            "issued it; ask for that one (another Zoo prints it with 'zoo keys show --pem')"
        )
    stampers = [c for c in certificates if only_stamps(c)]
    if stampers and not tsa:
        raise TrustError(
            f"{file} holds {len(stampers)} certificates that are for time-stamping alone, and must "
            "not vouch for signers; add the file with --tsa"
        )
    known = {a.sha256 for _, a in stored(home, tsa=tsa)}
    new = tuple(a for a in authorities.values() if a.sha256 not in known)
    _store(new, _folder(home, tsa=tsa), home)
    present = tuple(a for a in authorities.values() if a.sha256 in known)
    return Added(new, present, tuple(others.values()))


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
    everything = [*stored(home, tsa=False), *stored(home, tsa=True)]
    found = {a.sha256: a for _, a in everything if a.sha256.startswith(prefix)}
    if not found:
        _say_own(prefix, home)
        _say_listed(prefix, home)
        raise TrustError(f"no certificate's sha256 begins with {prefix}; see 'zoo trust list'")
    if len(found) > 1:
        raise TrustError(f"{prefix} fits {len(found)} certificates; give more digits")
    [(sha256, anchor)] = found.items()
    for path, other in everything:
        if other.sha256 == sha256:
            _unlink(path)
    return anchor


def _store(anchors: tuple[Anchor, ...], folder: Path, home: Path) -> None:
    try:
        make_home(home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for anchor in anchors:
            write_atomically(folder / f"{anchor.sha256}.pem", anchor.pem.encode())
    except OSError as error:
        raise TrustError(f"cannot write to {folder}: {error}") from error


def _say_own(prefix: str, home: Path) -> None:
    own = present_root(home) or present_leaf(home)
    if own is not None and fingerprint_of(own).startswith(prefix):
        raise TrustError(
            "that is this installation's own certificate, which counts while its key is here; "
            "'zoo keys remove' removes both"
        )


def _say_listed(prefix: str, home: Path) -> None:
    for name in LISTS:
        installed = stored_list(name, home)
        every = (
            (*installed.signers, *installed.timestampers, *installed.leaves) if installed else ()
        )
        if any(a.sha256.startswith(prefix) for a in every):
            raise TrustError(
                f"that certificate is on the {name} list, which counts as a whole: do without it "
                f"by 'zoo trust remove {name}', and add those that you want with 'zoo trust add'"
            )


def _folder(home: Path, *, tsa: bool) -> Path:
    return home / "trust" / ("tsa" if tsa else "signers")


def stored(home: Path, *, tsa: bool) -> list[tuple[Path, Anchor]]:
    """Each file with its anchor. Raises TrustError where one cannot be read."""
    found = []
    for path in sorted(_folder(home, tsa=tsa).glob("*.pem")):
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError) as error:
            raise TrustError(
                f"cannot read the trust anchor {path}: {error}; delete the file, and add the "
                "certificate again with 'zoo trust add'"
            ) from error
        found.append((path, anchor_of(certificate, "added")))
    return found


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise TrustError(f"cannot remove {path}: {error}") from error
