"""The examiner of the ledger by exact hash: is this very file one of ours?"""

from __future__ import annotations

from ..errors import RecordError
from ..evidence import Evidence, Finding, Kind
from ..ledger import Row, format_id
from ..record import Record
from ..source import origin_of
from ..subject import Subject
from ..text import clean


class LedgerExaminer:
    """The sha256 of the file in the ledger that is at hand."""

    name = "ledger"
    kind = Kind.LEDGER

    def examine(self, subject: Subject) -> Evidence:
        if subject.ledger is None:
            return self._evidence("none", Finding.NOT_EXAMINED, "There is no ledger here.")
        row = subject.ledger.by_sha256(subject.sha256)
        if row is None:
            return self._evidence("absent", Finding.NOTHING, "This very file is not in the ledger.")
        return Evidence(
            self.name,
            self.kind,
            "exact",
            Finding.EXACT,
            origin_of(row.source_type),
            summary=f"This very file was issued here on {row.created} (id {format_id(row.id)}).",
            details=row_details(row),
        )

    def _evidence(self, state: str, finding: Finding, summary: str) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary)


def row_details(row: Row) -> dict[str, object]:
    """What is worth showing of a ledger's row."""
    record = record_of(row)
    label = None if record is None else record.label
    return {
        "id": format_id(row.id),
        "created": row.created,
        "path": row.path,
        "sha256": row.sha256,
        "source_type": row.source_type,
        "model": None if record is None else clean(record.model),
        "label": None if label is None else clean(label),
    }


def record_of(row: Row) -> Record | None:
    """A row's record; None where it is damaged."""
    try:
        return Record.from_json(row.record)
    except RecordError:
        return None
