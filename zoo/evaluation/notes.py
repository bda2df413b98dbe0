"""What belongs beside scores, in words: whatever makes them mean less than they seem to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .beside import Beside, Compared
from .extractor import FID, Extractor
from .half_samples import LEAST
from .reference import reference_remark, reference_side
from .sets import PictureSet
from .sets.model_set import ModelSet

MUCH = 2
"""So many times the reference's pictures are many more."""


def notes(
    pictures: PictureSet, n: int, beside: Beside, extractor: Extractor, *, asked: int
) -> Iterator[str]:
    """A line each, about ``n`` pictures; ``asked`` is how many of the set were asked for."""
    if isinstance(pictures, ModelSet) and extractor.name in pictures.card.trained_with:
        yield f"trained with the features of {extractor.name}: not independent"
    if isinstance(pictures, ModelSet):
        sources = dict.fromkeys(w.source for w in pictures.card.weights if w.on_hub)
        yield from (f"weights from {source}" for source in sources)
    if beside.reference is not None:
        yield from _numbers(n, beside.reference)
    yield from _labels(pictures, beside.reference, extractor)
    if beside.reference is not None:
        yield from _sizes(pictures, beside.reference)
    yield from _same(pictures, beside)
    if beside.real is not None and beside.reference is not None:
        data = _data(beside.real)
        if data == _data(beside.reference) and (remark := reference_remark(data)):
            yield remark
    if n < asked and not isinstance(pictures, ModelSet):
        yield f"{n:,} pictures are all there are; {asked:,} were asked for"
    if n < LEAST:
        yield f"no intervals: they are taken from half the pictures, and there are {n}"


def _numbers(n: int, reference: Compared) -> Iterator[str]:
    m = len(reference.seen)
    if isinstance(reference.pictures, ModelSet):
        yield (
            f"{reference.name} makes the reference's pictures: as many as were asked for of a set, "
            f"{m:,}, seed {reference.pictures.seed}"
        )
    if m != n:
        yield (
            f"n = {n:,}, the reference's {m:,}: compare the scores only with those of sets of "
            f"{n:,} against it"
        )
    if n > MUCH * m:
        yield (
            f"the reference has less than half as many pictures as the set: precision and coverage "
            f"are higher, and recall is lower, than beside a reference of {n:,}"
        )


def _labels(
    pictures: PictureSet, reference: Compared | None, extractor: Extractor
) -> Iterator[str]:
    """Where labels of both sides, or those that the network tells apart, have nothing in common."""
    own = _folded(pictures.labels)
    theirs = _folded(reference.labels) if reference is not None else None
    if own and theirs and not own & theirs:
        yield "the set and its reference have no label in common: they show different things"
    known = _folded(extractor.labels) if extractor.name != FID else None
    if not known:
        return
    sides = [(pictures.name, own)]
    if reference is not None:
        sides.append((f"the reference, {reference.name}", theirs))
    unknown = [name for name, labels in sides if labels is None]
    strange = [name for name, labels in sides if labels is not None and not labels & known]
    for names, why in ((unknown, "are unknown, so that they may show anything"),
                       (strange, "are none that the network knows")):  # fmt: skip
        if names:
            yield (
                f"the labels of {' and of '.join(names)} {why}: {extractor.name} sees what tells "
                f"its own {len(known)} labels apart and little else, so scores may mean little; "
                "--features timm:NAME sees pictures of anything"
            )


def _folded(labels: Sequence[str] | None) -> set[str] | None:
    return None if labels is None else {label.casefold() for label in labels}


def _sizes(pictures: PictureSet, reference: Compared) -> Iterator[str]:
    """Where the pictures of both sides have other sizes at home."""
    own = pictures.sizes()
    if reference.pictures is not None:
        theirs = reference.pictures.sizes()
    else:
        side = reference_side(_data(reference))
        theirs = set() if side is None else {(side, side)}
    if own and theirs and own != theirs:
        yield (
            f"the pictures are {_said(own)} pixels, the reference's {_said(theirs)}: "
            "spectrum_distance differs by that alone, and other scores by how each is scaled"
        )


def _said(sizes: set[tuple[int, int]]) -> str:
    """``64 x 64``; of several, the smallest and the largest. Width comes first."""
    ordered = sorted(sizes, key=lambda size: size[0] * size[1])
    ends = [f"{width} x {height}" for height, width in (ordered[0], ordered[-1])]
    return ends[0] if len(sizes) == 1 else f"{ends[0]} to {ends[1]}"


def _same(pictures: PictureSet, beside: Beside) -> Iterator[str]:
    """Where two of the sides are the same pictures."""
    train = beside.train
    for what, other in (("its reference", beside.reference),
                        ("what copies are looked for in", train)):  # fmt: skip
        if other is not None and other.pictures and other.pictures.digest == pictures.digest:
            yield f"the set and {what} are the same pictures"
    if train is not None and beside.reference is not None and _are_one(train, beside.reference):
        yield (
            "the reference and the train pictures are the same pictures: the mark of real pictures "
            "is that of the reference beside itself, and says nothing"
        )


def _are_one(one: Compared, other: Compared) -> bool:
    if one.pictures is None or other.pictures is None:
        return one is other
    return one.pictures.digest == other.pictures.digest


def _data(shipped: Compared) -> str:
    """The name of data that ship, from that of a split of them."""
    return shipped.name.rpartition(":")[0] if shipped.pictures is None else ""
