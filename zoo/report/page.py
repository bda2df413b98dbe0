"""Writing the page: each answer is written as it comes, the page is put together at the end, in
the order of the verdicts.

So a batch of thousands needs no more memory than its longest answer and a line for each file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from markupsafe import Markup

from zoo_provenance.atomic import replacing

from ..circumstances import circumstances
from .article import article_of
from .overview import Overview
from .rendering import check_page, templates

if TYPE_CHECKING:
    from zoo_provenance.answer import Examination
    from zoo_provenance.trust import Trust

    from ..verifying import Unread

    Answer = Examination | Unread

MANY = 100
"""From so many files on, a browser lays out only what is looked at; below, everything, for programs
that photograph a whole page."""


class Report:
    """A page in the making: ``with Report("page.html") as report: report.add(answer)``.

    The page takes its place at the end, whole; after an exception there is none. ``trust`` is what
    the answers were found with, this installation's own where none is given. ``passed_over``:
    names of files that were there and not examined, as they are no pictures.

    Raises UsageError where ``path`` does not end with .html, or is there already and is not to be
    overwritten; TrustError where a trust anchor cannot be read; OSError where it cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        trust: Trust | None = None,
        overwrite: bool = False,
        passed_over: Sequence[str] = (),
    ) -> None:
        from zoo_provenance.trust import load_trust

        self._path = check_page(Path(path), overwrite=overwrite)
        self._trust = load_trust() if trust is None else trust
        self._overview = Overview(passed_over)
        self._articles: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._articles = tempfile.TemporaryFile(dir=self._path.parent)
        return self

    def add(self, answer: Answer) -> None:
        """Write what is to be said of one file. It is read once more, in this process, where the
        answer has no look (see ``thumbnails`` of :func:`zoo.verify_many`)."""
        assert self._articles is not None, "a Report is written inside a with block"
        article = article_of(answer)
        template = templates().get_template("article.html")
        text = template.render(number=self._overview.count + 1, article=article)
        start = self._articles.tell()
        self._articles.write(text.encode())
        self._overview.add(article, (start, self._articles.tell()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._articles is not None
        with self._articles as articles:
            if kind is None:
                self._write(articles)

    def _write(self, articles: IO[bytes]) -> None:
        page = templates().get_template("page.html")
        pieces = page.generate(
            setting=circumstances(self._trust),
            overview=self._overview,
            count=self._overview.count,
            many=self._overview.count >= MANY,
            articles=self._in_order(articles),
        )
        with replacing(self._path) as file:
            for piece in pieces:
                file.write(piece.encode())

    def _in_order(self, articles: IO[bytes]) -> Iterator[Markup]:
        for group in self._overview.groups:
            for entry in group.entries:
                start, end = entry.place
                articles.seek(start)
                yield Markup(articles.read(end - start).decode())  # noqa: S704 - escaped already


def write_report(
    answers: Iterable[Answer],
    path: str | os.PathLike[str],
    *,
    trust: Trust | None = None,
    overwrite: bool = False,
) -> None:
    """Write one page of HTML about answers of :func:`zoo.verify` or :func:`zoo.verify_many`.

    See :class:`Report` for the arguments and errors.
    """
    with Report(path, trust=trust, overwrite=overwrite) as report:
        for answer in answers:
            report.add(answer)
