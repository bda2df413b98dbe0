"""All that a file's metadata claims of the picture's origin, unsigned."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence

from ..source import Origin, origin_of
from .aigc import aigc
from .claim import Claim
from .field import Field
from .generators import named
from .settings import settings

MAX_CLAIMS = 32

# IPTC Photo Metadata Standard 2025.1: each is about how AI was used to make the image.
_IPTC_AI = {
    "Iptc4xmpExt:AISystemUsed": "IPTC: the AI system used",
    "Iptc4xmpExt:AISystemVersionUsed": "IPTC: the version of the AI system used",
    "Iptc4xmpExt:AIPromptInformation": "IPTC: the prompt",
    "Iptc4xmpExt:AIPromptWriterName": "IPTC: who wrote the prompt",
}
_SIGNATURE = re.compile(r"Signature: [A-Za-z0-9+/=]{64,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def claims_of(fields: Sequence[Field]) -> list[Claim]:
    """The claims of the fields, in their order, at most 32."""
    found = [claim for field in fields for claim in _each(field)]
    found += _grok(fields)
    return _composed(list(dict.fromkeys(found)))[:MAX_CLAIMS]


def _each(field: Field) -> Iterator[Claim]:
    rules: tuple[Callable[[Field], Claim | None], ...] = (_iptc, settings, aigc, named)
    yield from (claim for rule in rules if (claim := rule(field)) is not None)


def _iptc(field: Field) -> Claim | None:
    if field.source != "xmp":
        return None
    if field.name == "Iptc4xmpExt:DigitalSourceType":
        return Claim(field, origin_of(field.text), "IPTC: the digital source type")
    means = _IPTC_AI.get(field.name)
    return Claim(field, Origin.AI, means) if means else None


def _grok(fields: Sequence[Field]) -> list[Claim]:
    """xAI's Grok leaves a signature that only xAI can check, and the picture's UUID as artist."""
    exif = {field.name: field for field in fields if field.source == "exif"}
    signature, artist = exif.get("ImageDescription"), exif.get("Artist")
    if signature is None or artist is None:
        return []
    if not _SIGNATURE.fullmatch(signature.text) or not _UUID.fullmatch(artist.text):
        return []
    return [Claim(signature, Origin.AI, "the signature that xAI's Grok leaves, not checked")]


def _composed(claims: list[Claim]) -> list[Claim]:
    """Beside a source type that says that AI had a part, IPTC's other fields speak of that part."""
    types = {c.says for c in claims if c.field.name == "Iptc4xmpExt:DigitalSourceType"}
    if Origin.AI in types or Origin.AI_EDITED not in types:
        return claims
    return [
        dataclasses.replace(c, says=Origin.AI_EDITED) if c.field.name in _IPTC_AI else c
        for c in claims
    ]
