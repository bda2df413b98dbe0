"""Asking the index: which seen pictures show the same as this one, whole or in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from ..fingerprint import CANDIDATE_DISTANCE, MOST_CANDIDATES, Fingerprint, compare
from ..ledger.fingerprints import Fingerprints
from ..variants import Variant, variants
from .alignment import Alignment
from .entry import Entry, upright
from .features import available, extract
from .lookup import Part, votes
from .store import PictureIndex

MOST_CONFIRMED = 20
"""How many of the pictures that share most features are compared."""
LEAST_VOTES = 3


@dataclass(frozen=True)
class Match:
    """A seen picture that shows the same, and how this one lies on it."""

    entry: Entry
    alignment: Alignment


class Searcher:
    """Questions to an index as it is when the first one is asked."""

    def __init__(self, index: PictureIndex) -> None:
        self.index = index

    @cached_property
    def _hashes(self) -> Fingerprints:
        return self.index.hashes()

    @cached_property
    def _parts(self) -> list[Part]:
        return self.index.parts()

    def find(self, picture: Image.Image, sha256: str = "") -> list[Match]:
        """The seen pictures that show the same, or are the file of this ``sha256``; those that
        were added first before the others. Parts of pictures only where OpenCV is installed."""
        found: dict[int, Match] = {}
        if available():
            for match in self._parts_of(upright(picture)):
                found.setdefault(match.entry.id, match)
        for match in self.copies(picture):
            found.setdefault(match.entry.id, match)
        same = self.index.by_sha256(sha256)
        if same is not None:  # it may be without any feature, and without contrast
            found[same.id] = Match(same, _identical(same.size))
        return sorted(found.values(), key=lambda match: (match.entry.added, match.entry.id))

    def copies(self, picture: Image.Image) -> Iterator[Match]:
        """Whole copies, by their fingerprints: mirrored and evenly framed ones, too."""
        shown = upright(picture)
        for variant in variants(shown):
            for entry in self._near(variant.fingerprint):
                if compare(entry.thumbnail, variant.fingerprint.thumbnail).agrees:
                    yield Match(entry, _whole(variant, shown.size, entry.size))

    def _near(self, mark: Fingerprint) -> Iterator[Entry]:
        near = self._hashes.near(mark.hash, CANDIDATE_DISTANCE)[:MOST_CANDIDATES]
        entries = (self.index.by_id(number) for _, number in near)
        return (entry for entry in entries if entry and len(entry.thumbnail) == len(mark.thumbnail))

    def _parts_of(self, picture: Image.Image) -> Iterator[Match]:
        """Whatever shares local features, and then pixels."""
        from .confirming import confirm

        extracted = extract(picture)
        asked = {mirrored: extracted.asked(mirrored=mirrored) for mirrored in (False, True)}
        shared = Counter(
            {
                (number, mirrored): count
                for mirrored, (features, projections) in asked.items()
                for number, count in votes(self._parts, projections, features.codes).items()
                if count >= LEAST_VOTES
            }
        )
        for (number, mirrored), _ in shared.most_common(MOST_CONFIRMED):
            entry = self.index.by_id(number)
            if entry is None:  # removed since the files were made
                continue
            features, _ = asked[mirrored]
            found = confirm(features, extracted.grey, entry, picture.size, mirrored=mirrored)
            if found is not None:
                yield Match(entry, found)


def _identical(size: tuple[int, int]) -> Alignment:
    return Alignment(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (0, 0, *size), 1.0, 1.0)


def _whole(variant: Variant, size: tuple[int, int], seen: tuple[int, int]) -> Alignment:
    """How a whole copy lies on the seen picture."""
    left, top, right, bottom = variant.box
    across, down = seen[0] / (right - left), seen[1] / (bottom - top)
    if variant.mirrored:
        matrix = ((-across, 0.0, across * right), (0.0, down, -down * top))
    else:
        matrix = ((across, 0.0, -across * left), (0.0, down, -down * top))
    fills = (right - left) * (bottom - top) / (size[0] * size[1])
    return Alignment(matrix, (0, 0, *seen), 1.0, round(fills, 4))
