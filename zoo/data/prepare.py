"""Preparing a data set: read every picture of the sources, fit it, pack it, say what is in."""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from zoo.errors import DataError, UsageError
from zoo_provenance.errors import PictureError
from zoo_provenance.manifest import now
from zoo_provenance.text import clean

from .assemble import NothingLeftError, assemble
from .card import CARD, UNFINISHED, read_card
from .consent import training_refused
from .fit import fit
from .journal import Journal, asked, begin, end
from .options import LabelTable, Preparation, read_labels
from .sources.entry import Entry, Source, UnreadableError
from .sources.find import find_sources

Row = dict[str, Any]
Numbered = tuple[int, Entry]
Examined = tuple[Row, np.ndarray | None]

CHUNK = 16
CHUNK_BYTES = 4 * 2**20
WAITING = 2
"""A worker gets so many pictures, or bytes of them, at once; so many chunks a worker wait."""


@dataclass(frozen=True)
class Progress:
    """How far a preparation is: the fraction of its sources, and the pictures looked at so far."""

    fraction: float
    pictures: int


def prepare(
    words: Sequence[str],
    out: Path,
    plan: Preparation,
    *,
    network: bool = False,
    resume: bool = False,
    jobs: int = 1,
    watch: Callable[[Progress], None] = lambda _: None,
) -> dict[str, Any]:
    """Prepare the sources that ``words`` name into the folder ``out`` and return its data card.

    The result depends on the sources and the plan alone, not on ``jobs`` or on how often the work
    was broken off. An unfinished preparation of the same plan in ``out`` is gone on with; with
    ``resume`` there must be one. A picture that cannot be read is in the card with its reason.

    Raises UsageError (nothing was done) and DataError (what was done is kept, where it is of use).
    """
    plan.check()
    table = read_labels(plan.labels) if plan.labels else None
    sources = find_sources(words, network=network)
    wanted = plan.table(words)
    if (out / CARD).exists():
        return _finished(out, wanted)
    _check_places(sources, out)
    try:
        with _claimed(out, wanted, resume) as created, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # decoders warn of what the card reports
            with closing(Journal(out, plan.fitting.size)) as journal:
                _read_all(sources, plan, table, journal, jobs, watch)
                journal.flush()
                card = assemble(out, journal, sources, plan, created)
    except NothingLeftError:
        end(out)
        out.rmdir()
        raise
    end(out)
    return card


def _finished(out: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """The card, where this very preparation was killed after all was done but for tidying up."""
    earlier = asked(out)
    if earlier is None or _changed(earlier, wanted):
        raise UsageError(f"{out} is a finished data set; name another folder to prepare into")
    end(out)
    return read_card(out)


def _changed(earlier: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    return [name for name in wanted if earlier.get(name) != wanted[name]]


def _check_places(sources: Sequence[Source], out: Path) -> None:
    for source in sources:
        if source.kind == "folder" and out.resolve().is_relative_to(Path(source.path).resolve()):
            raise UsageError(f"{out} lies in {source.path}, which is read; name a folder outside")


@contextmanager
def _claimed(out: Path, wanted: dict[str, Any], resume: bool) -> Iterator[str]:
    """This process's right to work in ``out``; gives the time at which the work was begun."""
    earlier = asked(out)
    if earlier is None:
        if resume:
            raise UsageError(f"there is nothing to resume in {out}; leave --resume out")
        if out.exists() and (not out.is_dir() or any(p.name != UNFINISHED for p in out.iterdir())):
            raise UsageError(f"{out} is not empty; name a new folder to prepare into")
        earlier = {**wanted, "created": now()}
        begin(out, earlier)
    if changed := _changed(earlier, wanted):
        raise UsageError(
            f"{out} holds an unfinished preparation with other {', '.join(changed)}; "
            "give the same again to go on with it, name another folder, or delete it"
        )
    lock = FileLock(out / UNFINISHED / "lock")
    try:
        with lock.acquire(timeout=0):
            yield str(earlier["created"])
    except Timeout as error:
        raise DataError(f"another process is preparing {out}; wait for it") from error


def _read_all(
    sources: Sequence[Source],
    plan: Preparation,
    table: LabelTable | None,
    journal: Journal,
    jobs: int,
    watch: Callable[[Progress], None],
) -> None:
    """Every picture through the workers and, in order, into the journal."""
    waiting: deque[tuple[Future[list[Examined]], float]] = deque()
    stopped = threading.Event()
    with ThreadPoolExecutor(jobs) as workers:
        try:
            for chunk in _chunks(_pending(sources, journal)):
                number, last = chunk[-1]
                work = workers.submit(_examine_all, chunk, plan, table, stopped)
                waiting.append((work, (number + last.done) / len(sources)))
                if len(waiting) > WAITING * jobs:
                    _collect(*waiting.popleft(), journal, watch)
            while waiting:
                _collect(*waiting.popleft(), journal, watch)
        finally:
            stopped.set()
            workers.shutdown(cancel_futures=True)
    watch(Progress(1.0, journal.count))


def _collect(
    work: Future[list[Examined]],
    fraction: float,
    journal: Journal,
    watch: Callable[[Progress], None],
) -> None:
    for row, pixels in work.result():
        journal.append(row, pixels)
    watch(Progress(fraction, journal.count))


def _pending(sources: Sequence[Source], journal: Journal) -> Iterator[Numbered]:
    """Each entry that is not in the journal yet, with the number of its source."""
    earlier = islice(journal.rows(), journal.count)
    for number, source in enumerate(sources):
        for entry in source.entries():
            if (row := next(earlier, None)) is None:
                yield number, entry
            elif (row["source"], row["archive"], row["path"]) != (
                number,
                entry.archive,
                entry.path,
            ):
                raise _other_sources(f"{entry.name} stands where {row['path']} stood")
    if next(earlier, None) is not None:
        raise _other_sources("there are fewer pictures")


def _chunks(entries: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """What is handed to a worker at once: small pictures cost less than handing them over."""
    chunk: list[Numbered] = []
    held = 0
    for numbered in entries:
        chunk.append(numbered)
        held += numbered[1].held
        if len(chunk) >= CHUNK or held >= CHUNK_BYTES:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _other_sources(why: str) -> DataError:
    return DataError(
        f"the sources have changed since the preparation was begun ({why}); "
        "prepare into a new folder"
    )


def _examine_all(
    chunk: list[Numbered],
    plan: Preparation,
    table: LabelTable | None,
    stopped: threading.Event,
) -> list[Examined]:
    """A chunk's pictures; fewer once nobody waits for them. Runs on a worker."""
    return [_examine(entry, n, plan, table) for n, entry in chunk if not stopped.is_set()]


def _examine(entry: Entry, number: int, plan: Preparation, table: LabelTable | None) -> Examined:
    """Read and fit one picture; what is wrong with it ends up in its row."""
    row: Row = {
        "state": "skipped",
        "source": number,
        "archive": entry.archive,
        "path": entry.path,
        "in_folders": entry.in_folders,
        "label": entry.label,
        "split": entry.split,
        "licence": entry.licence,
        "sha256": None,
    }
    try:
        if table is not None:
            _look_up(row, entry, table, plan)
        data = entry.read()
        row["sha256"] = hashlib.sha256(data).hexdigest()
        if not plan.allow_untrainable and (refusal := training_refused(data)):
            return {**row, "state": "excluded", "reason": clean(refusal)}, None
        fitted = fit(data, plan.fitting)
    except (UnreadableError, PictureError) as error:
        return {**row, "reason": clean(error)}, None
    return {**row, "state": "kept", "enlarged": fitted.enlarged}, fitted.pixels


def _look_up(row: Row, entry: Entry, table: LabelTable, plan: Preparation) -> None:
    label, licence = table.find(entry.name, entry.path) or ("", "")
    if not label:
        raise UnreadableError(f"{plan.labels} gives it no label")
    row |= {"label": label, "licence": licence or row["licence"]}
