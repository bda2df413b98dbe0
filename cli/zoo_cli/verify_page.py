"""``zoo verify --report``: the answers, written to a page of HTML on their way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .output import note, printable
from .verify_report import shown

if TYPE_CHECKING:
    from zoo.report import Report
    from zoo.verifying import Unread
    from zoo_provenance.answer import Examination
    from zoo_provenance.trust import Trust

    Answer = Examination | Unread


def reported(
    answers: Iterable[Answer],
    path: Path,
    trust: Trust,
    passed_over: Sequence[Path] = (),
    *,
    force: bool,
) -> Iterator[Answer]:
    """The same answers. The page is there once all of them were taken, and else not at all.

    Raises UsageError at once where the page cannot be written there.
    """
    from zoo.report import Report

    names = [shown(other) for other in passed_over]
    page = Report(path, trust=trust, overwrite=force, passed_over=names)
    return _written(answers, page, path)


def _written(answers: Iterable[Answer], page: Report, path: Path) -> Iterator[Answer]:
    with page:
        for answer in answers:
            page.add(answer)
            yield answer
    note(f"report: {printable(str(path))}")
