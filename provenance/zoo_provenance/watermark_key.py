"""This installation's own watermark key, where it has one: marks under it only its holders can
read, write or erase.

``watermark.key`` in the home holds 32 random bytes in hex (0600). Where two installations have the
same one, either reads the marks of both.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from .atomic import write_new
from .errors import IdentityError
from .home import make_home, zoo_home

_BYTES = 32


def key_file(home: Path | None = None) -> Path:
    """Where the key is, or would be."""
    return (home or zoo_home()) / "watermark.key"


def own_key(home: Path | None = None) -> bytes | None:
    """The key; None where there is none, and marks are made under the public one.

    Raises IdentityError where it is damaged, or other users can read it.
    """
    file = key_file(home)
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        key = bytes.fromhex(file.read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise IdentityError(
            f"cannot read the watermark key {file}: {_reason(error)}; restore it from a backup, or "
            "move it away to go back to the public key"
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise IdentityError(
            f"other users can reach the watermark key {file} (mode {mode:04o}, expected 0600); "
            f"run 'chmod 600 {file}'; if somebody may have read it, move it away, and "
            "'zoo keys watermark' makes a new one"
        )
    if len(key) != _BYTES:
        raise IdentityError(
            f"the watermark key {file} has {len(key)} bytes, not {_BYTES}; restore it from a "
            "backup, or move it away to go back to the public key"
        )
    return key


def make_key(home: Path | None = None) -> Path:
    """Make a key at random; returns its file. Raises IdentityError where there is one already."""
    home = home or zoo_home()
    file = key_file(home)
    try:
        make_home(home)
    except OSError as error:
        raise IdentityError(
            f"cannot make the folder {home}: {error.strerror}; let ZOO_HOME name another one"
        ) from error
    try:
        write_new(file, secrets.token_hex(_BYTES).encode() + b"\n", mode=0o600)
    except FileExistsError as error:
        raise IdentityError(
            f"there is a watermark key already: {file}. Marks made under it can be read only with "
            "it; keep a copy of it elsewhere before you move it away"
        ) from error
    except OSError as error:
        raise IdentityError(f"cannot make the watermark key {file}: {error.strerror}") from error
    return file


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "it is not hexadecimal"
