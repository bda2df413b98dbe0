"""What the page says of one file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from zoo_provenance.errors import PictureError
from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.examiners import OURS, IndexExaminer
from zoo_provenance.look import Look, Thumbnail, look_at
from zoo_provenance.pictures import sniff
from zoo_provenance.plain_words import HEADLINE, LIMITS, ORIGIN, integrity_of, made_with
from zoo_provenance.subject import read_file

from ..verifying import Unread
from .details import Ingredient, Row, earlier_of, ingredients_of, rows_of
from .words import LAYERS, TONES, Tone, finding_of

if TYPE_CHECKING:
    from zoo_provenance.answer import Examination

UNREAD = "unread"
_UNREAD_LIMIT = "It says nothing of where the picture came from."
# A path of this machine in an error's text: the page goes to others.
_INSTALL = re.compile(r" ?\(pip install [^)]*\)")
"""What the reader of a page can do nothing about: a program that was not installed."""
_FOLDERS = re.compile(r"(?<![\w:/.])(?:[A-Za-z]:)?(?:[/\\][^\s/\\:;,'\"]+)+(?=[/\\])")


@dataclass(frozen=True)
class Layer:
    """One layer's evidence."""

    name: str
    tone: Tone
    finding: str
    summary: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tree:
    """The ingredients that one manifest names; ``cut``: there are more of them."""

    of: str
    ingredients: tuple[Ingredient, ...]
    cut: bool


@dataclass(frozen=True)
class Small:
    """A thumbnail as the page embeds it: ``uri`` is a ``data:`` address."""

    uri: Markup
    width: int
    height: int


@dataclass(frozen=True)
class File:
    """The file; ``note`` says why there is no thumbnail."""

    sha256: str | None
    size: int | None = None
    mime: str | None = None
    thumbnail: Small | None = None
    note: str = ""


@dataclass(frozen=True)
class Article:
    """``verdict`` is the verdict's name, or ``unread``; ``code`` the same, or that of the error.
    Names and texts may be a stranger's."""

    name: str
    verdict: str
    code: str
    tone: Tone
    headline: str
    reason: str
    others: tuple[str, ...]
    origin: str | None
    integrity: str | None
    limit: str
    file: File
    layers: tuple[Layer, ...] = ()
    trees: tuple[Tree, ...] = ()
    not_examined: tuple[Layer, ...] = ()
    made_with: str | None = None
    """Model and label, of what was issued here."""
    in_part: bool = False
    """A layer of it was searched quickly."""
    seen_in: str | None = None
    """The name of the index in which earlier copies were found."""


def article_of(answer: Examination | Unread) -> Article:
    """Everything that is shown of an answer. One that does not say what the file looks like costs
    a second look at it."""
    if isinstance(answer, Unread):
        return Article(
            name=str(answer.path),
            verdict=UNREAD,
            code=answer.error.code,
            tone="open",
            headline="Could not be examined",
            reason=f"The reason: {for_readers(str(answer.error))}.",
            others=(),
            origin=None,
            integrity=None,
            limit=_UNREAD_LIMIT,
            file=_unread_file(answer),
        )
    verdict = answer.verdict
    first, *others = map(for_readers, verdict.reasons)
    looked = [e for e in answer.evidence if e.finding is not Finding.NOT_EXAMINED]
    in_part = [e for e in answer.evidence if e.in_part]
    left_out = [e for e in answer.evidence if e.finding is Finding.NOT_EXAMINED]
    return Article(
        name=str(answer.path),
        verdict=str(verdict.verdict),
        code=str(verdict.verdict),
        tone=TONES[verdict.verdict],
        headline=HEADLINE[verdict.verdict],
        reason=first,
        others=tuple(others),
        origin=ORIGIN[verdict.origin],
        integrity=integrity_of(answer)[1],
        limit=LIMITS[verdict.verdict],
        file=_file(answer),
        layers=tuple(map(_layer, looked)),
        trees=tuple(_trees(answer.evidence)),
        not_examined=tuple(map(_layer, [*in_part, *left_out])),
        made_with=made_with(answer.evidence),
        in_part=bool(in_part),
        seen_in=_seen_in(answer.evidence),
    )


def for_readers(text: str) -> str:
    """A text without the paths of this machine, and without what to install on it."""
    return without_folders(_INSTALL.sub("", text))


def without_folders(text: str) -> str:
    """A text in which paths are cut to their last part."""
    return _FOLDERS.sub("…", text)


def _layer(evidence: Evidence) -> Layer:
    name = evidence.examiner
    own = any(name == examiner.name for examiner in OURS)
    tone, finding = finding_of(evidence)
    details = earlier_of(evidence.details) if name == IndexExaminer.name else evidence.details
    return Layer(
        LAYERS.get(name, name) if own else f"{name} (a plugin)",
        tone,
        finding,
        for_readers(evidence.summary),
        rows_of(details, theirs=not own),
    )


def _seen_in(evidence: Sequence[Evidence]) -> str | None:
    seen = [e for e in evidence if e.finding is Finding.SEEN_BEFORE]
    return next((Path(str(e.details.get("folder", ""))).name for e in seen), None)


def _trees(evidence: Sequence[Evidence]) -> Iterator[Tree]:
    for one in evidence:
        if one.examiner == "c2pa":
            of, said = "by its C2PA manifest", one.details
        elif one.examiner == "watermark":
            of = "by the manifest that the watermark leads to"
            said = one.details.get("manifest", {})
        else:
            continue
        if said.get("ingredients"):
            yield Tree(of, ingredients_of(said["ingredients"]), "ingredients_left_out" in said)


def _file(answer: Examination) -> File:
    look = _look_again(answer) if answer.look is None else answer.look
    small = None if look.thumbnail is None else _small(look.thumbnail)
    note = "" if small else f"No picture is shown: {without_folders(look.why)}."
    return File(answer.sha256, look.size, look.mime, small, note)


def _look_again(answer: Examination) -> Look:
    """The file as it is now, if it is still the same."""
    try:
        data = read_file(answer.path)
    except PictureError as error:
        return Look(why=str(error))
    if hashlib.sha256(data).hexdigest() != answer.sha256:
        return Look(why="the file has been changed since it was examined")
    return look_at(data)


def _small(thumbnail: Thumbnail) -> Small:
    text = base64.b64encode(thumbnail.jpeg).decode("ascii")
    uri = Markup("data:image/jpeg;base64,") + text
    return Small(uri, thumbnail.width, thumbnail.height)


def _unread_file(answer: Unread) -> File:
    """Its bytes, as far as there are any: what kept it from being examined is not tried again."""
    note = "No picture is shown of what could not be examined."
    try:
        data = read_file(answer.path)
    except PictureError:
        return File(None, note=note)
    return File(hashlib.sha256(data).hexdigest(), len(data), sniff(data), note=note)
