"""The examiner of the ledger by fingerprint: is this one of our pictures, saved anew?"""

from __future__ import annotations

from ..errors import PictureError
from ..evidence import Evidence, Finding, Kind
from ..fingerprint import (
    CANDIDATE_DISTANCE,
    MOST_CANDIDATES,
    Agreement,
    Fingerprint,
    compare,
)
from ..ledger import Ledger, Row, format_id
from ..source import origin_of
from ..subject import Subject
from ..variants import Variant, variants
from .ledger import row_details


class FingerprintExaminer:
    """Near hashes are candidates; a candidate counts once its picture agrees with ours."""

    name = "fingerprint"
    kind = Kind.LEDGER

    def examine(self, subject: Subject) -> Evidence:
        if subject.ledger is None:
            return self._evidence("none", Finding.NOT_EXAMINED, "There is no ledger here.")
        try:
            picture = subject.picture()
        except PictureError as error:
            return self._evidence("unreadable", Finding.NOT_EXAMINED, str(error))
        nearest = None
        for variant in variants(picture):
            near = _candidates(subject.ledger, variant.fingerprint)
            for distance, row, agreement in near:
                if agreement.agrees:
                    return self._confirmed(distance, row, agreement, variant)
            # A resemblance is worth telling of the picture as it is, not of what it might have been
            if nearest is None and not (variant.mirrored or variant.framed):
                nearest = near[0] if near else None
        if nearest is None:
            return self._evidence("absent", Finding.NOTHING, "No picture in the ledger is near.")
        return self._candidate(*nearest)

    def _confirmed(
        self, distance: int, row: Row, agreement: Agreement, variant: Variant
    ) -> Evidence:
        return Evidence(
            self.name,
            self.kind,
            "confirmed",
            Finding.CONFIRMED,
            origin_of(row.source_type),
            summary=(
                f"By its likeness this is a changed copy of the picture {format_id(row.id)} that "
                f"was issued here on {row.created}{_became(variant)}."
            ),
            details={
                **row_details(row),
                **_measures(distance, agreement),
                "mirrored": variant.mirrored,
                "framed": variant.framed,
            },
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
    near = ledger.near(mark.hash, CANDIDATE_DISTANCE)[:MOST_CANDIDATES]
    rows = ((distance, ledger.by_id(number)) for distance, number in near)
    whole = ((d, row) for d, row in rows if row and len(row.thumbnail) == len(mark.thumbnail))
    return [(d, row, compare(row.thumbnail, mark.thumbnail)) for d, row in whole]


def _became(variant: Variant) -> str:
    done = ["mirrored"] * variant.mirrored + ["put into a frame"] * variant.framed
    return f", {' and '.join(done)} since" if done else ""


def _measures(distance: int, agreement: Agreement) -> dict[str, object]:
    return {"distance": distance, "worst": agreement.worst, "rms": agreement.rms}
