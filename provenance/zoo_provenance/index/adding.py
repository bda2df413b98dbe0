"""Adding many pictures: several are read at a time, and what was added stays after a crash."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..errors import PictureError
from ..subject import read_subject
from ..trust import Trust
from .entry import Entry, describe
from .features import available
from .writing import Writer

_BATCH = 32  # pictures of one transaction


@dataclass(frozen=True)
class Added:
    """What became of a file: ``error`` says why it was not added; ``known``: it was there."""

    path: Path
    known: bool = False
    error: PictureError | None = None


def add_files(writer: Writer, paths: Iterable[Path], *, jobs: int = 1) -> Iterator[Added]:
    """Add files, ``jobs`` at a time, and tell of each in order once it is safe.

    Files whose sha256 is known are passed over, so that a run that was broken off goes on. One
    that cannot be read is told of, and the others go on.
    """
    answers = _described(writer, paths, jobs)
    while batch := list(islice(answers, _BATCH)):
        fresh = {found.sha256: found for _, found in batch if isinstance(found, Entry)}
        writer.add(fresh.values())
        for path, found in batch:
            first = isinstance(found, Entry) and fresh.pop(found.sha256, None) is not None
            if isinstance(found, PictureError):
                yield Added(path, error=found)
            else:
                yield Added(path, known=not first)


def _described(
    writer: Writer, paths: Iterable[Path], jobs: int
) -> Iterator[tuple[Path, Entry | PictureError | None]]:
    """The entries of files in order; None where the file is known."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[tuple[Path, Future[Entry | PictureError | None]]] = deque()
        try:
            for path in paths:
                waiting.append((path, pool.submit(_describe, writer, path)))
                if len(waiting) > 2 * jobs:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _describe(writer: Writer, path: Path) -> Entry | PictureError | None:
    try:
        subject = read_subject(path, Trust(), None, thorough=False)
        if not writer.index.lacks(subject.sha256, features=available()):
            return None
        return describe(subject)
    except PictureError as error:
        return error
