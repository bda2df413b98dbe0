"""The lock file: which commit each name of the Hub means here, so that tomorrow means the same.

``ZOO_LOCK``, or ``hub.lock`` in the home of Zoo; JSON with sorted names, for a person to read and a
repository to hold. Written whole or not at all, by one process at a time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from zoo.errors import UsageError
from zoo_provenance.atomic import write_atomically
from zoo_provenance.home import make_home, zoo_home

from .reference import COMMIT, Reference, parse

SCHEMA = 1
_MOST = 2**22
_PATIENCE = 20
"""Seconds that a process waits for another one to have written."""


@dataclass(frozen=True)
class Locked:
    """A commit of 40 hex digits, and when the name was resolved to it: RFC 3339, UTC."""

    commit: str
    resolved: str


def lock_file() -> Path:
    """Where it is, or would be."""
    chosen = os.environ.get("ZOO_LOCK")
    return Path(chosen).expanduser().absolute() if chosen else zoo_home() / "hub.lock"


def read_lock() -> dict[str, Locked]:
    """Every locked name, sorted; empty where there is no file. Raises UsageError where it is
    damaged: a name would silently come to mean something else."""
    path = lock_file()
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(
            f"cannot read the lock file {path} ({error.strerror}); ZOO_LOCK names another"
        ) from error
    try:
        table = json.loads(data)
        if len(data) > _MOST or table["schema"] != SCHEMA:
            raise ValueError(f"it is not of schema {SCHEMA}")
        return dict(sorted(_entry(name, entry) for name, entry in table["names"].items()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"the lock file {path} is damaged ({type(error).__name__}: {error}); mend it, or move "
            "it away, and every name is resolved anew"
        ) from error


def locked(reference: Reference) -> str | None:
    """The commit that a name is locked to, or None."""
    entry = read_lock().get(str(reference))
    return None if entry is None else entry.commit


@contextmanager
def changing() -> Iterator[dict[str, Locked]]:
    """The names, to be changed; written at the end, unless an exception comes or nothing changed.

    Raises UsageError where that cannot be.
    """
    path = lock_file()
    try:
        (path.parent.mkdir(parents=True, exist_ok=True) if _chosen() else make_home(path.parent))
        with FileLock(path.with_name(f".{path.name}.guard"), timeout=_PATIENCE):
            names = read_lock()
            before = dict(names)
            yield names
            if names != before:
                write_atomically(path, _text(names).encode())
    except Timeout as error:
        raise UsageError(
            f"another process has been writing the lock file {path} for {_PATIENCE} seconds; "
            "try again when it has ended"
        ) from error
    except OSError as error:
        raise UsageError(
            f"the lock file {path} cannot be written ({error.strerror or error}); name another "
            "with ZOO_LOCK, or name the model at a commit: hf-hub:OWNER/NAME@COMMIT"
        ) from error


def _chosen() -> bool:
    return bool(os.environ.get("ZOO_LOCK"))


def _text(names: Mapping[str, Locked]) -> str:
    entries = {name: vars(names[name]) for name in sorted(names)}
    return json.dumps({"schema": SCHEMA, "names": entries}, indent=1, ensure_ascii=False) + "\n"


def _entry(name: str, entry: dict[str, Any]) -> tuple[str, Locked]:
    commit, resolved = entry["commit"], entry["resolved"]
    if str(parse(name)) != name or parse(name).commit:
        raise ValueError(f"{name!r} is no name that is locked")
    if not isinstance(commit, str) or not COMMIT.fullmatch(commit):
        raise ValueError(f"{name} is locked to {str(commit)[:60]!r}, which is no commit")
    if not isinstance(resolved, str):
        raise TypeError(f"{name} has no time")
    return name, Locked(commit, resolved[:40])
