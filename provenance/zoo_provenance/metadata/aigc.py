"""China's implicit label of AI-generated content.

GB 45438-2025, section 6 and annex E: a field ``AIGC`` of metadata that holds JSON. ``Label`` is 1
for content that is AI-generated, 2 for content that may be, 3 for content that is suspected to be:
a platform writes 2 where its user says so and 3 where it saw traces. TC260-PG-20258A puts the
field into XMP; others put it into PNG text, EXIF, or a JPEG segment of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..source import Origin
from .claim import Claim
from .field import Field
from .json_text import as_mapping

_FIELDS = frozenset(
    {
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    }
)
_LABELS = {
    "1": (Origin.AI, "AIGC label 1 (China): AI-generated"),
    "2": (Origin.UNKNOWN, "AIGC label 2 (China): possibly AI-generated"),
    "3": (Origin.UNKNOWN, "AIGC label 3 (China): suspected to be AI-generated"),
}
_PLACES = frozenset(
    {
        ("xmp", "TC260:AIGC"),
        ("xmp", "exif:UserComment"),
        ("png-text", "AIGC"),
        ("exif", "UserComment"),
        ("exif", "ImageDescription"),
        ("jpeg", "AIGC"),
        ("jpeg", "comment"),
        ("gif", "comment"),
    }
)


def aigc(field: Field) -> Claim | None:
    """The claim of an AIGC field; other JSON in the same places is none."""
    if (field.source, field.name) not in _PLACES:
        return None
    table = as_mapping(field.text.removeprefix("AIGC"))
    if table is None:
        return None
    inner = table.get("AIGC")
    if isinstance(inner, str):
        inner = as_mapping(inner)
    table = inner if isinstance(inner, dict) else table
    found = _LABELS.get(str(table.get("Label")))
    if found is None or not _is_of_the_standard(table, field):
        return None
    return Claim(field, *found)


def _is_of_the_standard(table: Mapping[str, Any], field: Field) -> bool:
    return field.name == "TC260:AIGC" or bool(_FIELDS & table.keys())
