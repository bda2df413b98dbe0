"""Ids of pictures: the ledger gives them, the watermark carries them, and they tell a little.

An id follows from the ledger and the picture's record, so that a run that was broken off gives its
pictures the same ids, and so the same watermarks, when it is resumed; and so that another ledger
gives others, though a record may say no more than a program's name.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator

from ..source import Origin, SourceType, origin_of
from . import ID_BITS

DERIVED_IDS = 8
"""How many pictures of one and the same record get an id that follows from it."""


def possible_ids(ledger: str, record: str, source: SourceType) -> Iterator[int]:
    """Ids below 2**40 to try for a picture in turn; ``ledger`` is the ledger's own id.

    The first eight are derived (SHA-256), the others random: a program may give all its pictures
    one and the same record. The lowest bit tells what :func:`origin_told` reads.
    """
    wholly_ai = int(origin_of(source) is Origin.AI)
    for counter in range(DERIVED_IDS):
        digest = hashlib.sha256(f"{ledger}\0{counter}\0{record}".encode()).digest()
        yield int.from_bytes(digest[: ID_BITS // 8], "big") & ~1 | wholly_ai
    while True:
        yield secrets.randbits(ID_BITS - 1) << 1 | wholly_ai


def origin_told(id: int) -> Origin:
    """What an id that is read from a watermark says of its picture, whoever's ledger it is in: made
    by AI as a whole (odd), or with a part by AI (even). No others are watermarked."""
    return Origin.AI if id & 1 else Origin.AI_EDITED
