"""What the maker of a picture lets others do with it: its licence, and whether AI may learn of it.

CAWG Training and Data Mining Assertion 1.1, CAWG Metadata Assertion 1.1, and in XMP
``xmpRights:UsageTerms`` (XMP part 1, 8.3), ``dc:rights`` and ``plus:DataMining`` (IPTC Photo
Metadata Standard 2023.1). :mod:`zoo_provenance.consent` reads them.
"""

from __future__ import annotations

from typing import Any

TRAINING_LABEL = "cawg.training-mining"
METADATA_LABEL = "cawg.metadata"
USES = ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
"""The pre-defined entries; written with the prefix ``cawg.``, or ``c2pa.`` in older manifests."""
DC = "http://purl.org/dc/elements/1.1/"
XMP_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
MINING_PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
MOST_LICENCE = 2000


def assertions(licence: str | None, *, no_training: bool) -> list[dict[str, Any]]:
    """The assertions that state the terms: none, one or two.

    They are gathered assertions (C2PA 2.4, section 10): what a person says, not what the claim
    generator saw.
    """
    found: list[dict[str, Any]] = []
    if no_training:
        entries = {f"cawg.{name}": {"use": "notAllowed"} for name in USES}
        found.append({"label": TRAINING_LABEL, "data": {"entries": entries}})
    if licence is not None:
        data = {
            "@context": {"dc": DC, "xmpRights": XMP_RIGHTS},
            "dc:rights": licence,
            "xmpRights:UsageTerms": licence,
        }
        found.append({"label": METADATA_LABEL, "kind": "Json", "data": data})
    return found


def licence_problem(licence: str) -> str | None:
    """Why a text cannot be a licence, or None: it is one line, 1 to 2,000 characters."""
    if not licence.strip():
        return "the licence is empty; give its name or address, such as CC-BY-4.0"
    if len(licence) > MOST_LICENCE:
        return f"the licence has {len(licence):,} characters, at most {MOST_LICENCE:,} are kept"
    if not licence.isprintable():
        return "the licence holds a line break or a control character; give one line of text"
    return None
