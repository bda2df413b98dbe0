"""Asking where pictures came from: the built-in examiners, and those of the plugins.

Verifying only reads. It makes no key, no ledger and no folder, and fetches nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from zoo_provenance.errors import LedgerError, ProvenanceError

if TYPE_CHECKING:
    from zoo_provenance.evidence import Examiner
    from zoo_provenance.examination import Examination
    from zoo_provenance.ledger import Ledger
    from zoo_provenance.record import Record
    from zoo_provenance.trust import Trust


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, and why."""

    path: Path
    error: ProvenanceError


def verify(
    path: str | os.PathLike[str],
    *,
    trust: Trust | None = None,
    ledger: Ledger | None = None,
    thorough: bool = True,
    replay: bool = False,
    record: Record | None = None,
) -> Examination:
    """Examine one file and give a verdict.

    ``trust`` and ``ledger`` are this installation's own where none are given. ``thorough``: search
    for the watermark of cropped, mirrored or turned pictures, too (up to a second). ``replay``:
    make the picture again from each record that may be its own, and compare; ``record``, which
    implies it, is one that somebody states for it. Raises
    PictureError where the file cannot be read as a picture, TrustError where a trust anchor
    cannot be read.
    """
    (answer,) = verify_many(
        [path], trust=trust, ledger=ledger, thorough=thorough, replay=replay, record=record
    )
    if isinstance(answer, Unread):
        raise answer.error
    return answer


def verify_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    trust: Trust | None = None,
    ledger: Ledger | None = None,
    thorough: bool = False,
    replay: bool = False,
    record: Record | None = None,
) -> Iterator[Examination | Unread]:
    """Examine files one after the other; trust and ledger are read once.

    A file that cannot be read gives an :class:`Unread` in its place, and the rest go on.
    """
    from zoo_provenance.examination import BUILT_IN, examine
    from zoo_provenance.trust import load_trust

    from .plugins import plugin_manager

    examiners = (*BUILT_IN, *_replayer(replay, record), *plugin_manager().examiners())
    believed = load_trust() if trust is None else trust
    with _ledger_or_own(ledger) as book:
        for path in map(Path, paths):
            try:
                found = examine(
                    path, examiners=examiners, trust=believed, ledger=book, thorough=thorough
                )
            except ProvenanceError as error:
                yield Unread(path, error)
            else:
                yield found


def _replayer(replay: bool, record: Record | None) -> tuple[Examiner, ...]:
    if not replay and record is None:
        return ()
    from zoo_provenance.examiners import ReplayExaminer

    from .proving import Remaker

    return (ReplayExaminer(Remaker(), record),)


@contextmanager
def _ledger_or_own(ledger: Ledger | None) -> Iterator[Ledger | None]:
    """The given ledger, or this installation's, opened for reading and closed afterwards."""
    if ledger is not None:
        yield ledger
        return
    from zoo_provenance.ledger.sql import open_ledger

    try:
        own: Ledger | None = open_ledger(create=False)
    except LedgerError as error:
        # A file can be examined without the ledger; its layer says why it was not asked.
        own = cast("Ledger", _UnreadableLedger(error))
    try:
        yield own
    finally:
        if own is not None and not isinstance(own, _UnreadableLedger):
            own.close()


class _UnreadableLedger:
    """Stands in for a ledger that cannot be opened: every question is answered with the reason."""

    def __init__(self, error: LedgerError) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: object) -> NoReturn:
            raise self._error

        return refuse
