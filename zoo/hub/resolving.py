"""From a name of the Hub to one commit: once, and then as the lock file says."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from zoo.errors import UnreachableError

from .fetching import ask, cached
from .lock import Locked, changing, lock_file, locked
from .reference import Reference

CARD = "zoo.json"
NO_CARD = (
    "A repository whose model has a name holds that file, as zoo push writes it; docs/hub.md shows "
    "how other weights become one"
)
_log = logging.getLogger("zoo.hub")  # a warning reaches stderr, unless a program sets it up


def resolve(
    reference: Reference, card: str = CARD, *, absent: str = NO_CARD, remedy: str | None = None
) -> Reference:
    """The reference at a commit: as it says itself, as it is locked, or else as the Hub says now,
    which is told on stderr and locked. Where the Hub cannot be asked, what was fetched last counts.

    ``card`` is the file that such a repository has, ``absent`` what to say where it is not there,
    ``remedy`` the command that fetches the model. Raises WeightsError or UsageError.
    """
    if reference.commit:
        return reference
    if commit := locked(reference):
        return reference.at(commit)
    try:
        return resolve_again(reference, card, absent=absent, remedy=remedy)
    except UnreachableError:
        path = cached(reference, card)
        if path is None:
            raise
    return _lock(reference, path.parent.name)


def resolve_again(
    reference: Reference, card: str = CARD, *, absent: str = NO_CARD, remedy: str | None = None
) -> Reference:
    """What the Hub says now, whatever is locked; told and locked, too."""
    found = ask(reference, card, remedy or f"zoo pull {reference}", absent=absent)
    return _lock(reference, found.commit)


def _lock(reference: Reference, commit: str) -> Reference:
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with changing() as names:
        if names.get(str(reference), Locked("", "")).commit != commit:
            names[str(reference)] = Locked(commit, time)
    _log.warning("%s is %s from now on (%s)", reference, commit, lock_file())
    return reference.at(commit)
