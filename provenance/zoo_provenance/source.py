"""Digital source types: the IPTC vocabulary, and what each says of a picture's origin.

https://cv.iptc.org/newscodes/digitalsourcetype/ ; C2PA adds two terms of its own.
"""

from __future__ import annotations

from enum import StrEnum

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
C2PA = "http://c2pa.org/digitalsourcetype/"


class Origin(StrEnum):
    """Where a picture came from, as far as a source tells."""

    AI = "ai"
    AI_EDITED = "ai-edited"
    CAPTURE = "capture"
    OTHER = "other"
    UNKNOWN = "unknown"


class SourceType(StrEnum):
    """The terms of the IPTC vocabulary (2023 and later) that are in force."""

    TRAINED_ALGORITHMIC_MEDIA = IPTC + "trainedAlgorithmicMedia"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = IPTC + "compositeWithTrainedAlgorithmicMedia"
    COMPOSITE_SYNTHETIC = IPTC + "compositeSynthetic"
    ALGORITHMIC_MEDIA = IPTC + "algorithmicMedia"
    DATA_DRIVEN_MEDIA = IPTC + "dataDrivenMedia"
    DIGITAL_CREATION = IPTC + "digitalCreation"
    VIRTUAL_RECORDING = IPTC + "virtualRecording"
    SCREEN_CAPTURE = IPTC + "screenCapture"
    COMPOSITE = IPTC + "composite"
    COMPOSITE_CAPTURE = IPTC + "compositeCapture"
    DIGITAL_CAPTURE = IPTC + "digitalCapture"
    COMPUTATIONAL_CAPTURE = IPTC + "computationalCapture"
    NEGATIVE_FILM = IPTC + "negativeFilm"
    POSITIVE_FILM = IPTC + "positiveFilm"
    PRINT = IPTC + "print"
    HUMAN_EDITS = IPTC + "humanEdits"
    ALGORITHMICALLY_ENHANCED = IPTC + "algorithmicallyEnhanced"

    @property
    def term(self) -> str:
        """The term without the vocabulary's address, such as ``digitalCapture``."""
        return self.rsplit("/", 1)[-1]

    @property
    def says_ai(self) -> bool:
        """Whether AI made the picture, or had a part in it."""
        return origin_of(self) in (Origin.AI, Origin.AI_EDITED)


_AI = {"trainedAlgorithmicMedia"}
_AI_EDITED = {"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"}
_CAPTURE = {
    "digitalCapture",
    "computationalCapture",
    "negativeFilm",
    "positiveFilm",
    "print",
}


def origin_of(source_type: str | None) -> Origin:
    """The origin that a source type declares: its last path segment counts, http or https.

    No source type, and C2PA's ``empty``, say nothing (``unknown``); every other term is ``other``.
    """
    if not source_type:
        return Origin.UNKNOWN
    term = source_type.rstrip("/").rsplit("/", 1)[-1]
    if term in _AI or term == "trainedAlgorithmicData":
        return Origin.AI
    if term in _AI_EDITED:
        return Origin.AI_EDITED
    if term in _CAPTURE:
        return Origin.CAPTURE
    return Origin.UNKNOWN if term == "empty" else Origin.OTHER
