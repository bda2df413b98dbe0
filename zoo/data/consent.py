"""Consent: whether those who made a picture say that AI may not be trained on it.

CAWG Training and Data Mining Assertion 1.1, its forerunner in C2PA up to 1.4, and the property
``plus:DataMining`` of IPTC Photo Metadata Standard 2023.1 in XMP.
"""

from __future__ import annotations

from zoo_provenance.consent import Use, uses
from zoo_provenance.credentials import read_store
from zoo_provenance.labels import LabelError, property_values
from zoo_provenance.library import NoStoreError, UnreadableStoreError
from zoo_provenance.pictures import MAX_BYTES, sniff
from zoo_provenance.terms import MINING_PROHIBITED, PLUS
from zoo_provenance.trust import Trust

FORBID = ("ai_generative_training", "ai_training", "data_mining")
"""Entries that keep a picture out of training, under the prefixes ``cawg.`` and ``c2pa.``.

``ai_generative_training`` is what the generators here do, and ``ai_training`` what the classifiers
do that are trained on the same packs. ``data_mining`` is in law the wider act that training on
data is a case of (Directive (EU) 2019/790, Article 4). ``ai_inference`` alone refuses something
else: being fed to a trained model.
"""


def training_refused(data: bytes) -> str | None:
    """Why a picture may not be trained on, as its marks say it; None where none of them does.

    An entry counts unless it says ``allowed``: CAWG treats ``constrained`` as ``notAllowed`` in the
    absence of an agreement. A refusal needs no trust, so that a manifest whose signer is unknown,
    or which no longer fits the picture, is honoured too; one that cannot be read at all says
    nothing. Ingredients that the picture contains (``parentOf``, ``componentOf``) count: a crop
    shows the same pixels, and software that makes one seldom repeats the assertion. Every
    ``DMI-PROHIBITED`` value in XMP forbids generative training. Nothing is fetched.
    """
    if len(data) > MAX_BYTES:
        return None
    return _of_manifest(data) or _of_xmp(data)


def _of_manifest(data: bytes) -> str | None:
    mime = sniff(data)
    # A manifest store is always labelled "c2pa" (C2PA 2.4, 11.1.4.2): without, no parser starts.
    if mime is None or b"c2pa" not in data:
        return None
    try:
        store = read_store(data, mime, Trust())
    except (NoStoreError, UnreadableStoreError):
        return None
    refusals = {use.name: use for use in reversed(uses(store)) if use.refused}
    first = next((refusals[name] for name in FORBID if name in refusals), None)
    return None if first is None else _sentence(first)


def _sentence(use: Use) -> str:
    whose = "of a picture that it contains " if use.ingredient else ""
    return f"its C2PA manifest says {whose}{use.name}: {use.said}"


def _of_xmp(data: bytes) -> str | None:
    try:
        values = property_values(data, PLUS, "DataMining")
    except LabelError:
        return None
    prefix = MINING_PROHIBITED.rsplit("/", 1)[-1]
    for value in values:
        term = value.rstrip("/").rsplit("/", 1)[-1].upper()
        if term.startswith(prefix):
            return f"its XMP says plus:DataMining: {term[:60]}"
    return None
