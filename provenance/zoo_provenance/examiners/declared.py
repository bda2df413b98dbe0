"""The examiner of declared labels: what the file's metadata says of itself, unsigned."""

from __future__ import annotations

from ..credentials import clean
from ..evidence import Evidence, Finding, Kind
from ..labels import LabelError, source_types
from ..source import Origin, origin_of
from ..subject import Subject

_ORDER = (Origin.AI, Origin.AI_EDITED, Origin.OTHER, Origin.CAPTURE, Origin.UNKNOWN)
_SAYS = {
    Origin.AI: "A label in the file's metadata says that it was made by AI.",
    Origin.AI_EDITED: "A label in the file's metadata says that AI had a part in it.",
    Origin.CAPTURE: "A label in the file's metadata says that a camera took it.",
    Origin.OTHER: "A label in the file's metadata names a source that is neither AI nor a camera.",
    Origin.UNKNOWN: "A label in the file's metadata leaves the source open.",
}


class DeclaredExaminer:
    """IPTC ``DigitalSourceType`` in XMP. Anybody can write it, and anybody can remove it."""

    name = "declared"
    kind = Kind.CLAIM

    def examine(self, subject: Subject) -> Evidence:
        try:
            found = source_types(subject.data)
        except LabelError as error:
            return self._evidence("unreadable", Finding.NOT_EXAMINED, summary=clean(error))
        if not found:
            return self._evidence("none", Finding.NOTHING, summary="No label in the metadata.")
        # Where labels differ, the one that says AI is the one to know about.
        origin = min((origin_of(s) for s in found), key=_ORDER.index)
        return self._evidence("declared", Finding.SAYS, origin, _SAYS[origin], found)

    def _evidence(
        self,
        state: str,
        finding: Finding,
        origin: Origin = Origin.UNKNOWN,
        summary: str = "",
        found: list[str] | None = None,
    ) -> Evidence:
        details = {"source_types": [clean(s) for s in found]} if found else {}
        return Evidence(
            self.name, self.kind, state, finding, origin, summary=summary, details=details
        )
