"""Every error that the provenance side raises on purpose.

ProvenanceError
├── PictureError        a file or an array is not a picture that can be read or written here
│   ├── TooLargeError   … because it is larger than the cap for files from strangers
│   ├── TooSlowError    … because looking at it takes longer than a stranger's file may
│   └── CrashedError    … because the process that looked at it died
├── IdentityError       a signing key or certificate is missing, unsafe, or does not fit
├── TrustError          a trust anchor cannot be read, added or removed
├── LedgerError         the ledger cannot be opened, or refuses a change
│   └── LedgerBrokenError  its chain does not hold; run ``zoo ledger check``
├── PictureIndexError   the index of pictures seen is missing, or cannot be used
├── WatermarkError      pixels cannot carry a watermark, or a key or payload cannot be used
├── SealError           a picture could not be sealed; no file was left behind
│   └── TimeStampError  … because the time-stamp authority gave no time-stamp
├── FetchError          what a picture points at could not be fetched, or must not be
└── RecordError         a record is not one that this version understands
"""

from __future__ import annotations


class ProvenanceError(Exception):
    """Base of all errors raised on purpose. The message says what to do next."""

    code = "error"
    """Stable, machine-readable name; the ``code`` of an entry's ``error`` in ``verify --json``."""


class PictureError(ProvenanceError):
    """Not a picture that can be read or written here."""

    code = "unreadable"


class TooLargeError(PictureError):
    """Larger than the cap for files from strangers."""

    code = "too-large"


class TooSlowError(PictureError):
    """Looking at it takes longer than a file from a stranger may."""

    code = "too-slow"


class CrashedError(PictureError):
    """The process that looked at it died, and no other file suffered."""

    code = "crashed"


class IdentityError(ProvenanceError):
    """The signing identity cannot be used."""

    code = "identity"


class TrustError(ProvenanceError):
    """A trust anchor cannot be read, added or removed."""

    code = "trust"


class LedgerError(ProvenanceError):
    """The ledger cannot be used."""

    code = "ledger"


class LedgerBrokenError(LedgerError):
    """The ledger's chain does not hold."""

    code = "ledger-broken"


class PictureIndexError(ProvenanceError):
    """The index of pictures that were seen is missing, or cannot be used."""

    code = "index"


class WatermarkError(ProvenanceError):
    """Pixels cannot carry a watermark, or a key or payload cannot be used."""

    code = "watermark"


class SealError(ProvenanceError):
    """A picture could not be sealed."""

    code = "seal"


class TimeStampError(SealError):
    """The time-stamp authority gave no time-stamp; ``why``."""

    code = "time-stamp"

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"the time-stamp authority {url} gave no time-stamp: {why}; nothing was sealed without "
            "one. Try again later, or do without: 'zoo keys timestamp --none'"
        )
        self.why = why


class FetchError(ProvenanceError):
    """What a picture points at could not be fetched, or must not be."""

    code = "fetch"


class RecordError(ProvenanceError):
    """A record that this version does not understand."""

    code = "record"
