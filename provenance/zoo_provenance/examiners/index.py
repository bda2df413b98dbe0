"""The examiner of an index of pictures: has somebody here seen this picture before?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..errors import PictureError
from ..evidence import Evidence, Finding, Kind
from ..subject import Subject
from ..text import clean

if TYPE_CHECKING:
    from ..index import PictureIndex
    from ..index.entry import Entry
    from ..index.search import Match

WITHOUT_OPENCV = (
    "Crops and pictures within pictures were not looked for: OpenCV is not installed "
    "(pip install -e '.[index]' in your clone of Zoo)."
)


class IndexExaminer:
    """Earlier copies of a picture, whole or in part, each confirmed by comparing pixels.

    What it finds says nothing on where the picture came from. What it needs is imported when one is
    made: most files are examined without.
    """

    name = "index"
    kind = Kind.CLAIM

    def __init__(self, index: PictureIndex) -> None:
        from ..index.search import Searcher

        self._searcher = Searcher(index)

    def examine(self, subject: Subject) -> Evidence:
        from ..index.features import available
        from ..index.tables import match_table

        try:
            picture = subject.picture()
        except PictureError as error:
            return self._evidence("unreadable", Finding.NOT_EXAMINED, str(error))
        found = self._searcher.find(picture, subject.sha256)
        others = [match for match in found if not _is_itself(match.entry, subject)]
        parts = available()
        if others:
            state, finding, said = "seen", Finding.SEEN_BEFORE, _said(others, subject.sha256)
        elif found:
            state, finding, said = "itself", Finding.NOTHING, _itself(found[0].entry)
        else:
            state, finding, said = (
                "absent",
                Finding.NOTHING,
                "No picture in the index shows the same.",
            )
        return self._evidence(
            state,
            finding,
            said if parts else f"{said} {WITHOUT_OPENCV}",
            folder=str(self._searcher.index.folder),
            parts=parts,
            matches=[match_table(match, subject.sha256) for match in others or found],
        )

    def _evidence(self, state: str, finding: Finding, summary: str, **details: Any) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary, details=details)


def _is_itself(entry: Entry, subject: Subject) -> bool:
    """Whether the file under question was added itself, and is as it was then."""
    from ..index.entry import as_stored

    same = entry.sha256 == subject.sha256
    return same and os.path.realpath(entry.path) == os.path.realpath(as_stored(subject.path))


def _itself(entry: Entry) -> str:
    return (
        f"This file was added on {entry.added[:10]} itself; no other in the index shows the same."
    )


def _said(found: list[Match], sha256: str) -> str:
    from ..index.alignment import in_words
    from ..index.search import MOST_CONFIRMED

    earliest, count = found[0], len(found)
    entry = earliest.entry
    some = "At least " * (count >= MOST_CONFIRMED) + f"{count} pictures in the index show"
    which = "A picture in the index shows" if count == 1 else some
    first = "it" if count == 1 else "the earliest of them"
    taken = f" (taken on {entry.taken[:10]}, as its EXIF says)" if entry.taken else ""
    same = "the very file" if entry.sha256 == sha256 else in_words(earliest.alignment)
    return (
        f"{which} the same; {first} was added on {entry.added[:10]}: {clean(entry.path)}{taken}. "
        f"This one is {same}."
    )
