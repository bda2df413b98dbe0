"""Evidence: what one examiner found. :mod:`zoo_provenance.verdict` weighs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from .source import Origin

if TYPE_CHECKING:
    from .examination import Subject


class Kind(StrEnum):
    """How much a piece of evidence can carry. Only built-in examiners give the first three."""

    SIGNATURE = "signature"
    LEDGER = "ledger"
    REPLAY = "replay"
    CLAIM = "claim"
    STATISTIC = "statistic"


NOT_SEARCHED = "not-searched"
"""The state of a layer that a quick look has not searched, or not as far as a thorough one does."""


class Finding(StrEnum):
    """What was found, in the words that the verdict table reads."""

    NOTHING = "nothing"
    """Looked, and there was nothing."""
    NOT_EXAMINED = "not-examined"
    """Could not look; ``summary`` says why."""
    TAMPERED = "tampered"
    """A signature or hash that the manifest carries does not fit the picture or the manifest."""
    DISAGREES = "disagrees"
    """A mark leads to a ledger row whose picture is another one."""
    EXACT = "exact"
    """The file's bytes are in the ledger."""
    CONFIRMED = "confirmed"
    """A picture of ours, or one made again here, that agrees with this one."""
    CANDIDATE = "candidate"
    """A fingerprint match that could not be confirmed."""
    SAYS = "says"
    """A statement on the origin: by a signed manifest, or an unsigned label."""
    SEEN_BEFORE = "seen-before"
    """An earlier copy, whole or in part, is in an index of pictures that somebody has seen. It is
    told among the reasons and decides nothing: a picture may be seen often, whoever made it."""
    SUGGESTS_AI = "suggests-ai"
    """A statistical reading of the pixels."""


@dataclass(frozen=True)
class Evidence:
    """One examiner's finding on one file.

    ``trusted``: the statement is signed, valid, and by a signer we trust. ``broken_ancestor``: an
    ingredient of the manifest is tampered with or its credentials are missing or untrusted, so
    that what is said of the past is unproven. ``bound``: a valid signature covers the whole file.
    ``details`` is JSON: names, codes, ids, distances.
    """

    examiner: str
    kind: Kind
    state: str
    finding: Finding
    origin: Origin = Origin.UNKNOWN
    trusted: bool = False
    broken_ancestor: bool = False
    bound: bool = False
    summary: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def in_part(self) -> bool:
        """Nothing was found, and a thorough look would search further; ``summary`` says where."""
        return self.finding is Finding.NOTHING and self.state == NOT_SEARCHED


class Examiner(Protocol):
    """A source of evidence. Plugins register theirs; theirs is a claim or a statistic.

    One with an attribute ``costly`` that is true is left out once the answer is settled, as all
    of kind ledger and statistic are.
    """

    name: str
    kind: Kind

    def examine(self, subject: Subject) -> Evidence:
        """Look at one file. Raise PictureError where it cannot be read; never write anything."""
        ...
