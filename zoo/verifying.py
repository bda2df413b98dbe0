"""Asking where pictures came from: the built-in examiners, and those of the plugins.

Verifying only reads. It makes no key, no ledger and no folder, and fetches nothing unless asked.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from zoo_provenance.errors import LedgerError, ProvenanceError

from .errors import UsageError

if TYPE_CHECKING:
    from zoo_provenance.answer import Examination
    from zoo_provenance.evidence import Examiner
    from zoo_provenance.ledger import Ledger
    from zoo_provenance.record import Record
    from zoo_provenance.subject import Fetch
    from zoo_provenance.trust import Trust

    from .limits import Limits

    Answer: TypeAlias = "Examination | Unread"
    Examine = Callable[[Path], tuple[Answer, bytes]]
    Index = str | os.PathLike[str] | bool | None


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, and why."""

    path: Path
    error: ProvenanceError


@dataclass(frozen=True)
class Asked:
    """What is asked of every file of a call; :func:`verify` says what it means."""

    trust: Trust | None = None
    thorough: bool = True
    replay: bool = False
    record: Record | None = None
    index: str | None = None
    online: bool = False
    thumbnails: bool = False


def verify(
    path: str | os.PathLike[str],
    *,
    trust: Trust | None = None,
    ledger: Ledger | None = None,
    thorough: bool = True,
    replay: bool = False,
    record: Record | None = None,
    index: Index = None,
    online: bool = False,
) -> Examination:
    """Examine one file, in this process, and give a verdict.

    ``trust`` and ``ledger`` are this installation's own where none are given. ``thorough``: search
    for the watermark of cropped, mirrored or turned pictures, too (up to a second). ``replay``:
    make the picture again from each record that may be its own, and compare; ``record``, which
    implies it, is one that somebody states for it. ``index``: look for earlier copies, too, in the
    index of pictures in this folder; True for this installation's own. ``online``: fetch the C2PA
    manifest of a picture that only points at one, over https and from a public address; whoever
    runs that server learns when and from where it was asked. Raises PictureError where
    the file cannot be read as a picture, TrustError where a trust anchor cannot be read,
    PictureIndexError where there is no such index.
    """
    asked = Asked(trust, thorough, replay, record, _folder(index), online)
    with examining(asked, ledger) as examine:
        answer, _ = examine(Path(path))
    if isinstance(answer, Unread):
        raise answer.error
    return answer


def verify_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    trust: Trust | None = None,
    ledger: Ledger | None = None,
    thorough: bool = True,
    replay: bool = False,
    record: Record | None = None,
    index: Index = None,
    online: bool = False,
    thumbnails: bool = False,
    jobs: int | None = None,
    limits: Limits | None = None,
) -> Generator[Examination | Unread, None, None]:
    """Examine files, and give the answers in their order; trust and ledger are read once.
    ``thumbnails``: each answer has a look of its file, too, for a page (:mod:`zoo.report`).

    A file that cannot be read gives an :class:`Unread` in its place, and the rest go on. With
    ``jobs``, so many processes of their own look at the files, within ``limits``
    (:mod:`zoo.limits` has the usual ones); what crashes or hangs there is one more
    :class:`Unread`, or has no thumbnail if that was all that was left to do. Without, this
    process does.

    Raises UsageError for a ``ledger`` beside ``jobs``: an opened one is of this process alone, and
    the others open this installation's (ZOO_LEDGER names another).
    """
    files = map(Path, paths)
    asked = Asked(trust, thorough, replay, record, _folder(index), online, thumbnails)
    if jobs is None:
        return _verify_here(files, asked, ledger)
    from .limits import usual_limits
    from .workers import examine_in_processes

    if ledger is not None:
        raise UsageError("an opened ledger cannot be shared by jobs; name it with ZOO_LEDGER")
    if jobs < 1:
        raise UsageError(f"{jobs} jobs cannot examine anything; ask for 1 or more")
    return examine_in_processes(files, asked, limits or usual_limits(asked), jobs)


def _verify_here(
    paths: Iterable[Path], asked: Asked, ledger: Ledger | None
) -> Generator[Examination | Unread, None, None]:
    with examining(asked, ledger) as examine:
        for path in paths:
            answer, data = examine(path)
            if asked.thumbnails and not isinstance(answer, Unread):
                from zoo_provenance.look import look_at

                answer = dataclasses.replace(answer, look=look_at(data))
            yield answer


@contextmanager
def examining(asked: Asked, ledger: Ledger | None) -> Iterator[Examine]:
    """What examines one file after the other, with every examiner, one trust and one ledger, and
    gives the bytes that were examined, too."""
    from zoo_provenance.examination import BUILT_IN, examine_subject
    from zoo_provenance.subject import read_subject
    from zoo_provenance.trust import load_trust

    from .foreign_examiner import ForeignExaminer
    from .plugins import plugin_manager

    ours = (*BUILT_IN, *_replayer(asked), *_index_examiner(asked))
    examiners = (*ours, *(ForeignExaminer(e) for e in plugin_manager().examiners()))
    trust = load_trust() if asked.trust is None else asked.trust
    fetch = _fetcher() if asked.online else None
    with _ledger_or_own(ledger) as book:

        def answer(path: Path) -> tuple[Answer, bytes]:
            try:
                subject = read_subject(path, trust, book, thorough=asked.thorough, fetch=fetch)
                return examine_subject(subject, examiners), subject.data
            except ProvenanceError as error:
                return Unread(path, error), b""

        yield answer


def _fetcher() -> Fetch:
    from zoo_provenance.remote.fetching import Fetcher

    return Fetcher()


def _replayer(asked: Asked) -> tuple[Examiner, ...]:
    if not asked.replay and asked.record is None:
        return ()
    from zoo_provenance.examiners import ReplayExaminer

    from .proving import Remaker

    return (ReplayExaminer(Remaker(), asked.record),)


def _folder(index: Index) -> str | None:
    """The folder of the index that is meant; None where none is to be asked."""
    if index is None or index is False:
        return None
    from zoo_provenance.index import index_folder

    return str(index_folder(None if index is True else index))


def _index_examiner(asked: Asked) -> tuple[Examiner, ...]:
    if asked.index is None:
        return ()
    from zoo_provenance.examiners.index import IndexExaminer
    from zoo_provenance.index import open_index

    return (IndexExaminer(open_index(asked.index)),)


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
