"""Writing the page: each answer is written as it comes, the page is put together at the end.

So a batch of thousands needs no more memory than its longest answer and a line for each file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from markupsafe import Markup

from zoo_provenance.atomic import replacing
from zoo_provenance.plain_words import HEADLINE
from zoo_provenance.text import clean
from zoo_provenance.verdict import VerdictName

from ..circumstances import circumstances
from .article import UNREAD, article_of
from .rendering import MOST_TEXT, check_page, templates
from .words import TONES

if TYPE_CHECKING:
    from zoo_provenance.answer import Examination
    from zoo_provenance.trust import Trust

    from ..verifying import Unread

    Answer = Examination | Unread

MANY = 100
"""From so many files on, a browser lays out only what is looked at; below, everything, for programs
that photograph a whole page."""
_PIECE = 1 << 16


@dataclass(frozen=True)
class Entry:
    """One file in the table of contents."""

    number: int
    name: str


@dataclass(frozen=True)
class Group:
    """The files of one verdict."""

    verdict: str
    tone: str
    headline: str
    entries: list[Entry]


class Report:
    """A page in the making: ``with Report("page.html") as report: report.add(answer)``.

    The page takes its place at the end, whole; after an exception there is none. ``trust`` is what
    the answers were found with, this installation's own where none is given.

    Raises UsageError where ``path`` does not end with .html, or is there already and is not to be
    overwritten; TrustError where a trust anchor cannot be read; OSError where it cannot be written.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, trust: Trust | None = None, overwrite: bool = False
    ) -> None:
        from zoo_provenance.trust import load_trust

        self._path = check_page(Path(path), overwrite=overwrite)
        self._trust = load_trust() if trust is None else trust
        self._groups: dict[str, list[Entry]] = {}
        self._count = 0
        self._articles: IO[str] | None = None

    def __enter__(self) -> Self:
        self._articles = tempfile.TemporaryFile(
            "w+", encoding="utf-8", newline="", dir=self._path.parent
        )
        return self

    def add(self, answer: Answer) -> None:
        """Write what is to be said of one file. It is read once more, in this process, where the
        answer has no look (see ``thumbnails`` of :func:`zoo.verify_many`)."""
        assert self._articles is not None, "a Report is written inside a with block"
        article = article_of(answer)
        self._count += 1
        entry = Entry(self._count, clean(article.name, MOST_TEXT))
        self._groups.setdefault(article.verdict, []).append(entry)
        template = templates().get_template("article.html")
        self._articles.write(template.render(number=self._count, article=article))

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

    def _write(self, articles: IO[str]) -> None:
        articles.seek(0)
        page = templates().get_template("page.html")
        pieces = page.generate(
            setting=circumstances(self._trust),
            groups=list(self._in_order()),
            count=self._count,
            many=self._count >= MANY,
            articles=(Markup(piece) for piece in iter(lambda: articles.read(_PIECE), "")),  # noqa: S704
        )
        with replacing(self._path) as file:
            for piece in pieces:
                file.write(piece.encode())

    def _in_order(self) -> Iterator[Group]:
        """The groups in the order of the verdicts, what could not be examined first."""
        if UNREAD in self._groups:
            yield Group(UNREAD, "open", "Could not be examined", self._groups[UNREAD])
        for verdict in VerdictName:
            if verdict in self._groups:
                yield Group(verdict, TONES[verdict], HEADLINE[verdict], self._groups[verdict])


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
