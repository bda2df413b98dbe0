"""Where the signing identity lies: ``identity/`` in the home, replaced whole or not at all.

``retired/`` keeps one certificate of each identity that was removed or replaced (the root of one
that was made here, which issued a single other; the signing one of others), because the ledger's
older links are checked against them.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cryptography import x509
from filelock import FileLock

from ..atomic import write_atomically, write_new
from ..certificates import fingerprint_of, pem_of
from ..errors import IdentityError
from ..home import make_home, zoo_home

PRIVATE, PUBLIC = 0o600, 0o644

Files = Mapping[str, tuple[bytes, int]]
"""Contents and mode of each file, by name."""


def identity_folder(home: Path | None = None) -> Path:
    return (home or zoo_home()) / "identity"


@contextlib.contextmanager
def locked(home: Path, what: str) -> Iterator[None]:
    """Alone with the identity; ``what`` is being done, for the error."""
    try:
        with FileLock(make_home(home) / "identity.lock", timeout=60):
            _finish(home)
            yield
    except OSError as error:
        raise IdentityError(
            f"cannot {what} in {home}: {error}; make the folder writable, or let ZOO_HOME name "
            "another one"
        ) from error


def install(home: Path, files: Files, *, of: Callable[[Path], x509.Certificate | None]) -> Path:
    """Fill ``identity/`` with these files; what was there is retired by :func:`retire` (``of``
    gives its certificate). The caller holds the lock. Returns the folder.
    """
    folder, fresh, old = identity_folder(home), home / ".identity-new", home / ".identity-old"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    for name, (data, mode) in files.items():
        write_new(fresh / name, data, mode=mode)
    if folder.is_dir():
        retire(home, of(folder))
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder


def retire(home: Path, certificate: x509.Certificate | None) -> Path | None:
    """Keep a certificate in ``retired/``. Returns its file."""
    if certificate is None:
        return None
    retired = make_home(home) / "retired"
    retired.mkdir(mode=0o700, exist_ok=True)
    kept = retired / f"{fingerprint_of(certificate)}.pem"
    write_atomically(kept, pem_of(certificate).encode())
    return kept


def discard(home: Path) -> None:
    """Delete ``identity/``. The caller holds the lock."""
    doomed = home / ".identity-removed"
    shutil.rmtree(doomed, ignore_errors=True)
    identity_folder(home).rename(doomed)
    shutil.rmtree(doomed)


def _finish(home: Path) -> None:
    """Undo what a process left that died between the two names of :func:`install`."""
    old = home / ".identity-old"
    if old.is_dir():
        if identity_folder(home).is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(identity_folder(home))
