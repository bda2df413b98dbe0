"""The examiner by replay: does a generator that is installed here make this very picture again?

A record is no secret and no signature, so that anybody may have written it. But who states a model,
a seed and a picture that the model does make from it has shown where the picture comes from:
without any certificate.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import PictureError, RecordError
from ..evidence import Evidence, Finding, Kind
from ..fingerprint import Agreement, Fingerprint, compare, fingerprint
from ..library import NoStoreError, UnreadableStoreError
from ..record import Record
from ..recorded import records_in
from ..source import Origin
from ..subject import Subject
from ..text import clean
from ..variants import Variant, variants

MOST_RECORDS = 3
"""Records tried for one file: each costs as much as making a picture."""
NEAR = 48
"""Bits of 256 within which a row of the ledger is worth making again."""
MOST_WORST = 3.2
MOST_RMS = 1.9
LEAST_CONTRAST = 3.0
"""Limits in grey levels; see :class:`~zoo_provenance.fingerprint.Agreement`. Measured with
``benchmarks/replay_proof.py``. They are wider than the ledger's, which compares what carries one
watermark with itself; a picture with less contrast is like too many others."""

MakeAgain = Callable[[Record], NDArray[np.uint8]]
"""Make a record's picture, uint8 (H, W, 3), with its visible label and no watermark; raises
:class:`CannotReplay`."""


class CannotReplay(Exception):  # noqa: N818
    """This record's picture cannot be made here; the text says why."""


@dataclass(frozen=True)
class _Tried:
    source: str
    record: Record
    agreement: Agreement
    variant: Variant

    @property
    def proves(self) -> bool:
        found = self.agreement
        near = found.worst <= MOST_WORST and found.rms <= MOST_RMS
        return near and found.contrast >= LEAST_CONTRAST


class ReplayExaminer:
    """Makes the picture again from each record that may be its own: one that was ``given``, those
    in its manifests, trusted or not, and those of pictures in the ledger that resemble it.
    """

    name = "replay"
    kind = Kind.REPLAY

    def __init__(self, make_again: MakeAgain, given: Record | None = None) -> None:
        self._make_again = make_again
        self._given = given

    def examine(self, subject: Subject) -> Evidence:
        try:
            shown = list(variants(subject.picture()))
        except PictureError as error:
            return self._evidence("unreadable", Finding.NOT_EXAMINED, str(error))
        reasons: list[str] = []
        other: _Tried | None = None
        for source, record in self._candidates(subject, shown[0].fingerprint):
            try:
                made = fingerprint(Image.fromarray(self._make_again(record)))
            except CannotReplay as error:
                reasons.append(clean(error, 300))
                continue
            tried = _nearest(source, record, made, shown)
            if tried.proves:
                return self._confirmed(tried)
            other = other or tried
        if other is not None:
            return self._another(other)
        if reasons:
            return self._evidence("cannot", Finding.NOT_EXAMINED, reasons[0])
        return self._evidence("none", Finding.NOTHING, "No record says how it was made.")

    def _candidates(self, subject: Subject, mark: Fingerprint) -> list[tuple[str, Record]]:
        found: dict[str, tuple[str, Record]] = {}
        given = [("given", self._given)] if self._given is not None else []
        for source, record in (*given, *_in_manifests(subject), *_in_ledger(subject, mark)):
            found.setdefault(record.to_json(), (source, record))
        return list(found.values())[:MOST_RECORDS]

    def _confirmed(self, tried: _Tried) -> Evidence:
        return Evidence(
            self.name,
            self.kind,
            "same",
            Finding.CONFIRMED,
            Origin.AI,
            summary=(
                f"Made again here from {_SOURCES[tried.source]} by {clean(tried.record.model)} "
                f"({_numbers(tried.record)}), the picture is the same."
            ),
            details=_details(tried),
        )

    def _another(self, tried: _Tried) -> Evidence:
        even = tried.agreement.contrast < LEAST_CONTRAST
        return Evidence(
            self.name,
            self.kind,
            "even" if even else "another",
            Finding.NOTHING,
            summary=(
                f"Made again here from {_SOURCES[tried.source]}, the picture is too even to tell."
                if even
                else f"Made again here from {_SOURCES[tried.source]}, it is another picture."
            ),
            details=_details(tried),
        )

    def _evidence(self, state: str, finding: Finding, summary: str) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary)


_SOURCES = {
    "given": "the record that was given",
    "manifest": "the record in its manifest",
    "ledger": "a record in the ledger",
}


def _nearest(source: str, record: Record, made: Fingerprint, shown: list[Variant]) -> _Tried:
    tried = [
        _Tried(source, record, compare(made.thumbnail, v.fingerprint.thumbnail), v) for v in shown
    ]
    return min(tried, key=lambda t: (not t.proves, t.agreement.worst))


def _in_manifests(subject: Subject) -> Iterator[tuple[str, Record]]:
    try:
        store = subject.store()
    except (NoStoreError, UnreadableStoreError):
        return
    with contextlib.suppress(RecordError):
        for found in records_in(store):
            yield "manifest", found.record


def _in_ledger(subject: Subject, mark: Fingerprint) -> Iterator[tuple[str, Record]]:
    if subject.ledger is None:
        return
    for _, number in subject.ledger.near(mark.hash, NEAR)[:MOST_RECORDS]:
        row = subject.ledger.by_id(number)
        if row is None:
            continue
        with contextlib.suppress(RecordError):
            yield "ledger", Record.from_json(row.record)


def _numbers(record: Record) -> str:
    known = {"seed": record.seed, "index": record.index, "label": record.label}
    return ", ".join(f"{k} {clean(v, 64)}" for k, v in known.items() if v is not None)


def _details(tried: _Tried) -> dict[str, object]:
    record = tried.record
    return {
        "from": tried.source,
        "model": clean(record.model),
        "seed": record.seed,
        "index": record.index,
        "label": None if record.label is None else clean(record.label),
        "worst": tried.agreement.worst,
        "rms": tried.agreement.rms,
        "mirrored": tried.variant.mirrored,
        "framed": tried.variant.framed,
    }
