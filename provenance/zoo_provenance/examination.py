"""Examining one file: every examiner's evidence, and the verdict on all of it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .answer import Examination
from .errors import PictureError
from .evidence import Evidence, Examiner, Finding, Kind
from .examiners import BUILT_IN, OURS
from .ledger import Ledger
from .pictures import can_decode
from .source import Origin
from .subject import Subject, read_subject
from .text import clean
from .trust import Trust
from .verdict import decide

if TYPE_CHECKING:
    from .subject import Fetch

_SILENT = (Finding.NOTHING, Finding.NOT_EXAMINED)
_ALLOWED = (*_SILENT, Finding.SAYS, Finding.SEEN_BEFORE, Finding.SUGGESTS_AI)
_OWN_KINDS = (Kind.CLAIM, Kind.STATISTIC)
_MOST_SUMMARY = 1000


def examine(
    path: str | os.PathLike[str],
    *,
    examiners: Sequence[Examiner] = BUILT_IN,
    trust: Trust,
    ledger: Ledger | None = None,
    thorough: bool = True,
    fetch: Fetch | None = None,
) -> Examination:
    """Ask the examiners in their order about a file, and decide.

    ``thorough``: search for marks where a quick look finds none, which may take a second.
    ``fetch``: get the manifest of a file that only points at one; a :class:`Fetcher
    <zoo_provenance.remote.fetching.Fetcher>` does so safely. Without, nothing is fetched, and
    nothing is written in any case. Once the exact file is known, what costs decoding the picture is
    left out and listed as not examined.

    Raises PictureError (or TooLargeError) where the file cannot be read as a picture.
    """
    subject = read_subject(Path(path), trust, ledger, thorough=thorough, fetch=fetch)
    return examine_subject(subject, examiners)


def examine_subject(subject: Subject, examiners: Sequence[Examiner]) -> Examination:
    """The same of a file that was read already."""
    evidence: list[Evidence] = []
    for examiner in examiners:
        if _is_settled(evidence) and _is_costly(examiner):
            evidence.append(_not_needed(examiner))
        else:
            evidence.append(_ask(examiner, subject))
    if all(e.finding in _SILENT for e in evidence) and can_decode(subject.mime):
        # "Nothing found" in a file that is no whole picture would be an answer to nothing.
        subject.picture()
    return Examination(subject.path, decide(evidence), tuple(evidence), subject.sha256)


def _is_settled(evidence: Sequence[Evidence]) -> bool:
    """Of a changed file one still wants to know what it was before: only the exact one settles."""
    return any(e.finding is Finding.EXACT for e in evidence)


def _is_costly(examiner: Examiner) -> bool:
    own = getattr(examiner, "costly", False) is True
    return own or examiner.kind in (Kind.LEDGER, Kind.REPLAY, Kind.STATISTIC)


def _not_needed(examiner: Examiner) -> Evidence:
    summary = "Not needed."
    if examiner.kind is Kind.REPLAY:  # somebody asked for it by name
        summary = "Not needed: the ledger has this very file. zoo replay makes it again anyway."
    return Evidence(examiner.name, examiner.kind, "skipped", Finding.NOT_EXAMINED, summary=summary)


def _ask(examiner: Examiner, subject: Subject) -> Evidence:
    """One examiner's evidence; one that fails is listed as not examined, and the rest go on."""
    own = isinstance(examiner, OURS)
    try:
        found = examiner.examine(subject)
        if not isinstance(found, Evidence):
            raise TypeError(f"it returned {type(found).__name__}, not Evidence")
    except PictureError as error:
        return _failed(examiner, clean(error), own)
    except Exception as error:  # noqa: BLE001 - an examiner may be anybody's code
        return _failed(examiner, f"It failed: {type(error).__name__}: {clean(error)}", own)
    return found if own else _confined(examiner, found)


def _failed(examiner: Examiner, text: str, own: bool) -> Evidence:
    kind = examiner.kind if own or examiner.kind in _OWN_KINDS else Kind.CLAIM
    return Evidence(_name(examiner, own), kind, "failed", Finding.NOT_EXAMINED, summary=text)


def _confined(examiner: Examiner, found: Evidence) -> Evidence:
    """A plugin's evidence is a claim or a statistic, whatever it calls itself."""
    if found.finding not in _ALLOWED or found.kind not in _OWN_KINDS:
        text = (
            f"Its evidence was refused: a plugin gives a claim or a statistic, "
            f"not {clean(found.kind)}/{clean(found.finding)}."
        )
        return _failed(examiner, text, own=False)
    try:
        return dataclasses.replace(
            found,
            examiner=_name(examiner, own=False),
            kind=Kind(found.kind),
            state=clean(found.state, 64),
            finding=Finding(found.finding),
            origin=Origin(found.origin),
            trusted=False,
            broken_ancestor=False,
            summary=clean(found.summary, _MOST_SUMMARY),
            details=json.loads(json.dumps(dict(found.details), allow_nan=False)),
        )
    except (TypeError, ValueError, RecursionError) as error:
        return _failed(examiner, f"Its evidence was refused: {clean(error)}.", own=False)


def _name(examiner: Examiner, own: bool) -> str:
    taken = not own and any(examiner.name == e.name for e in OURS)
    return f"plugin {examiner.name}" if taken else clean(examiner.name, 64)


def layers_not_examined(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """The layers that could not be looked at."""
    return (e for e in evidence if e.finding is Finding.NOT_EXAMINED)


__all__ = [
    "BUILT_IN",
    "Examination",
    "Subject",
    "examine",
    "examine_subject",
    "layers_not_examined",
]
