"""What stands above the files on the page: which there are, and what holds for many of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zoo_provenance.plain_words import HEADLINE
from zoo_provenance.text import clean
from zoo_provenance.verdict import VerdictName

from .article import UNREAD, Article
from .rendering import MOST_TEXT
from .words import TONES

MOST_NAMED = 20
"""Of the files that were passed over, how many are named."""
_FIRST = (VerdictName.ALTERED, VerdictName.CONFLICT)


@dataclass(frozen=True)
class Entry:
    """One file in the table of contents; ``place``: where its article begins and ends among those
    that were written."""

    number: int
    name: str
    place: tuple[int, int]


@dataclass(frozen=True)
class Group:
    """The files of one verdict."""

    verdict: str
    tone: str
    headline: str
    entries: list[Entry]


class Overview:
    """Filled as the answers come."""

    def __init__(self, passed_over: Sequence[str]) -> None:
        self.passed_over = tuple(clean(name, MOST_TEXT) for name in passed_over[:MOST_NAMED])
        self.count_passed_over = len(passed_over)
        self.count = self.quick = self.seen = 0
        self.indexes: list[str] = []
        self._entries: dict[str, list[Entry]] = {}

    def add(self, article: Article, place: tuple[int, int]) -> None:
        """One more file, the ``count + 1``-th that was given."""
        self.count += 1
        self.quick += article.in_part
        if article.seen_in is not None:
            self.seen += 1
            if article.seen_in not in self.indexes:
                self.indexes.append(article.seen_in)
        entry = Entry(self.count, clean(article.name, MOST_TEXT), place)
        self._entries.setdefault(article.verdict, []).append(entry)

    @property
    def groups(self) -> list[Group]:
        """What does not fit first, then what could not be examined, then the other verdicts in
        their order; the files of each in the order in which they were given."""
        return list(self._groups())

    def _groups(self) -> Iterator[Group]:
        others = [verdict for verdict in VerdictName if verdict not in _FIRST]
        for name in (*_FIRST, None, *others):
            entries = self._entries.get(UNREAD if name is None else name)
            if entries is None:
                continue
            if name is None:
                yield Group(UNREAD, "open", "Could not be examined", entries)
            else:
                yield Group(name, TONES[name], HEADLINE[name], entries)
