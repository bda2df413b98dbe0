"""The examiner of the ledger by fingerprint: is this one of our pictures, saved anew?"""

from __future__ import annotations

import numpy as np

from ..errors import PictureError
from ..evidence import Evidence, Finding, Kind
from ..fingerprint import (
    CANDIDATE_DISTANCE,
    MOST_CANDIDATES,
    Agreement,
    Fingerprint,
    compare,
    distances,
    fingerprint,
)
from ..ledger import Ledger, Row, format_id
from ..source import origin_of
from ..subject import Subject
from .ledger import row_details


class FingerprintExaminer:
    """Near hashes are candidates; a candidate counts once its picture agrees with ours."""

    name = "fingerprint"
    kind = Kind.LEDGER

    def examine(self, subject: Subject) -> Evidence:
        if subject.ledger is None:
            return self._evidence("none", Finding.NOT_EXAMINED, "There is no ledger here.")
        try:
            mark = fingerprint(subject.picture())
        except PictureError as error:
            return self._evidence("unreadable", Finding.NOT_EXAMINED, str(error))
        near = _candidates(subject.ledger, mark)
        if not near:
            return self._evidence("absent", Finding.NOTHING, "No picture in the ledger is near.")
        for distance, row, agreement in near:
            if agreement.agrees:
                return self._confirmed(distance, row, agreement)
        return self._candidate(*near[0])

    def _confirmed(self, distance: int, row: Row, agreement: Agreement) -> Evidence:
        return Evidence(
            self.name,
            self.kind,
            "confirmed",
            Finding.CONFIRMED,
            origin_of(row.source_type),
            summary=(
                f"The picture agrees with one that was issued here on {row.created} "
                f"(id {format_id(row.id)}) and has been changed or saved anew since."
            ),
            details={**row_details(row), **_measures(distance, agreement)},
        )

    def _candidate(self, distance: int, row: Row, agreement: Agreement) -> Evidence:
        return Evidence(
            self.name,
            self.kind,
            "candidate",
            Finding.CANDIDATE,
            origin_of(row.source_type),
            summary=(
                "The picture resembles one that was issued here, but comparing the two "
                "does not confirm it."
            ),
            details={**row_details(row), **_measures(distance, agreement)},
        )

    def _evidence(self, state: str, finding: Finding, summary: str) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary)


def _candidates(ledger: Ledger, mark: Fingerprint) -> list[tuple[int, Row, Agreement]]:
    """(distance, row, agreement) of the nearest rows, nearest first."""
    ids, hashes = ledger.fingerprints()
    if not len(ids):
        return []
    apart = distances(mark.hash, hashes)
    near = np.flatnonzero(apart <= CANDIDATE_DISTANCE)
    near = near[np.argsort(apart[near], kind="stable")][:MOST_CANDIDATES]
    rows = ((int(apart[i]), ledger.by_id(int(ids[i]))) for i in near)
    whole = ((d, row) for d, row in rows if row and len(row.thumbnail) == len(mark.thumbnail))
    return [(d, row, compare(row.thumbnail, mark.thumbnail)) for d, row in whole]


def _measures(distance: int, agreement: Agreement) -> dict[str, object]:
    return {"distance": distance, "worst": agreement.worst, "rms": agreement.rms}
