"""Where this installation keeps its identity, its trust anchors and its ledger."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def zoo_home() -> Path:
    """``ZOO_HOME`` where it is set, else the user's data folder; absolute, and maybe not there yet.

    Only :func:`make_home` makes it: reading and verifying leave no trace.
    """
    chosen = os.environ.get("ZOO_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_data_path("zoo", appauthor=False)


def make_home(home: Path) -> Path:
    """The folder, made where it is missing and then closed to other users (0700)."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home
