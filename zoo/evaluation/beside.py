"""What a set is compared with: the reference, train pictures, and those held out of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .reference import Reference
from .seen import Seen
from .sets import PictureSet
from .sets.model_set import ModelSet
from .sets.pack_set import PackSet
from .shipped import Shipped

Named = PictureSet | str | None
"""Pictures that are there, or the name of data whose features ship with an extractor."""


@dataclass(frozen=True)
class Given:
    """What was asked for; None where the set itself decides."""

    against: Named
    train: Named
    held_out: Named


@dataclass(frozen=True)
class Compared:
    """One of them, as an extractor sees it; the pictures where they are there."""

    name: str
    seen: Seen
    pictures: PictureSet | None
    labels: tuple[str, ...] | None


@dataclass(frozen=True)
class Beside:
    """``held_out`` are pictures of the very data that ``train`` are of, not trained on: the only
    ones that say how near new pictures come. ``real`` are scored against ``reference`` as the set
    is."""

    reference: Compared | None
    train: Compared | None
    held_out: Compared | None
    real: Compared | None


def find_beside(
    pictures: PictureSet, given: Given, shipped: Shipped, look: Callable[[PictureSet], Seen]
) -> Beside:
    """Those that were given, or those that ship with Zoo: of data by name, or of a model's data.

    Raises UsageError where none ship.
    """

    def seen(known: PictureSet) -> Compared:
        return Compared(known.name, look(known), known, known.labels)

    own = shipped.of_model(pictures.card) if isinstance(pictures, ModelSet) else None
    against = shipped.named(given.against, "--against") if isinstance(given.against, str) else None
    trained = shipped.named(given.train, "--train") if isinstance(given.train, str) else None
    if against is None and given.against is None:
        against = own
    if trained is None and given.train is None:
        trained = own or (None if isinstance(pictures, ModelSet) else against)
    parts = _Parts()
    reference = (
        seen(given.against) if isinstance(given.against, PictureSet) else parts.test(against)
    )
    train = seen(given.train) if isinstance(given.train, PictureSet) else parts.train(trained)
    if isinstance(given.held_out, str):
        held_out = parts.test(shipped.named(given.held_out, "--held-out"))
    elif given.held_out is not None:
        held_out = seen(given.held_out)
    elif trained is not None:
        held_out = parts.test(trained)
    else:
        held_out = reference if _of_one_pack(reference, train) else None
    return Beside(reference, train, held_out, parts.train(against) if against else train)


class _Parts:
    """Both splits of references that ship, each made once, so that the same is known to be so."""

    def __init__(self) -> None:
        self._made: dict[str, Compared] = {}

    def test(self, of: Reference | None) -> Compared | None:
        return None if of is None else self._part(f"{of.name}:test", of.seen, of.labels)

    def train(self, of: Reference | None) -> Compared | None:
        return None if of is None else self._part(f"{of.name}:train", of.train, None)

    def _part(self, name: str, seen: Seen, labels: tuple[str, ...] | None) -> Compared:
        return self._made.setdefault(name, Compared(name, seen, None, labels))


def _of_one_pack(one: Compared | None, other: Compared | None) -> bool:
    """Whether they are two splits of one packed data set."""
    first, second = (one and one.pictures), (other and other.pictures)
    return (
        isinstance(first, PackSet)
        and isinstance(second, PackSet)
        and first.folder.resolve() == second.folder.resolve()
        and first.split != second.split
    )
