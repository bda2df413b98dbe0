"""Folders as the names of models by reference: ``PREFIX:./FOLDER``."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import UsageError


def own_folder(name: str, prefix: str, *, fetch: bool) -> Path | None:
    """The folder that ``PREFIX:./FOLDER``, ``~/FOLDER`` or an absolute path names, or None for
    other names. Raises UsageError where it is none, or (without ``fetch``) nobody but the user may
    say so.
    """
    if not name.startswith((".", "~", "/", "\\")) and not Path(name).is_absolute():
        if "/" not in name:
            raise UsageError(
                f"{prefix}:{name}: expected OWNER/NAME, a repository of the Hub, or a folder as "
                f"./{name}"
            )
        return None
    if not fetch:
        raise UsageError(f"{prefix}:{name} is a folder, which only you can name")
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{prefix}:{name}: there is no such folder")
    return folder


def folder_id(folder: Path) -> str:
    """A folder's name alone, for an id: a record holds no path."""
    return re.sub(r"[^\w.-]+", "-", folder.absolute().name) or "folder"
