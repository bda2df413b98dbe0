"""Work that is done once for a whole set, and looked up for its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from zoo.evaluation.seen import Seen

T = TypeVar("T")


def whole_of(seen: Seen) -> Seen:
    """The set that this is a part of; itself where it is none."""
    return seen if seen.whole is None else seen.whole


def once(work: Callable[[Seen], T]) -> Callable[[Seen], T]:
    """``work`` remembers its answers, each for as long as its set exists."""
    known: WeakKeyDictionary[Seen, T] = WeakKeyDictionary()

    def remembering(seen: Seen) -> T:
        if seen not in known:
            known[seen] = work(seen)
        return known[seen]

    return remembering
