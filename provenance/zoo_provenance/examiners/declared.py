"""The examiner of declared labels: what the file's metadata says of itself, unsigned."""

from __future__ import annotations

from collections.abc import Sequence

from ..evidence import Evidence, Finding, Kind
from ..metadata import Claim, Fields, claims_of, read_fields
from ..source import Origin
from ..subject import Subject
from ..text import clean

_ORDER = (Origin.AI, Origin.AI_EDITED, Origin.OTHER, Origin.CAPTURE, Origin.UNKNOWN)
_SAYS = {
    Origin.AI: "The file's metadata says that AI made it",
    Origin.AI_EDITED: "The file's metadata says that AI had a part in it",
    Origin.CAPTURE: "The file's metadata says that a camera took it",
    Origin.OTHER: "The file's metadata names a source that is neither AI nor a camera",
    Origin.UNKNOWN: "The file's metadata leaves the source open",
}
_SOURCES = {
    "xmp": "XMP",
    "exif": "EXIF",
    "iptc-iim": "IPTC-IIM",
    "png-text": "PNG text",
    "jpeg": "JPEG segment",
    "gif": "GIF",
}
_TOLD = 3


class DeclaredExaminer:
    """IPTC source types and AI fields, China's AIGC label, generators' settings and names, in XMP,
    EXIF, IPTC-IIM and PNG text. Anybody can write them, and anybody can remove them."""

    name = "declared"
    kind = Kind.CLAIM

    def examine(self, subject: Subject) -> Evidence:
        fields = read_fields(subject.data, subject.mime)
        claims = sorted(claims_of(fields.found), key=lambda claim: _ORDER.index(claim.says))
        if claims:
            return self._declared(claims, fields)
        if fields.unread:
            text = f"In its metadata: {clean(fields.unread[0])}."
            return Evidence(self.name, self.kind, "unreadable", Finding.NOT_EXAMINED, summary=text)
        text = "No label in the metadata."
        return Evidence(self.name, self.kind, "none", Finding.NOTHING, summary=text)

    def _declared(self, claims: Sequence[Claim], fields: Fields) -> Evidence:
        # Where labels differ, the one that says AI is the one to know about.
        origin = claims[0].says
        told = dict.fromkeys(_told(claim) for claim in claims)
        types = [c.field.text for c in claims if c.field.name == "Iptc4xmpExt:DigitalSourceType"]
        details = {
            "claims": [claim.table() for claim in claims],
            **({"source_types": [clean(t) for t in types]} if types else {}),
            **({"unread": [clean(text) for text in fields.unread]} if fields.unread else {}),
        }
        return Evidence(
            self.name,
            self.kind,
            "declared",
            Finding.SAYS,
            origin,
            summary=f"{_SAYS[origin]}: {'; '.join(list(told)[:_TOLD])}.",
            details=details,
        )


def _told(claim: Claim) -> str:
    return f"{claim.means} ({_SOURCES[claim.field.source]}, {clean(claim.field.name, 64)})"
