"""What belongs beside scores, in words: whatever makes them mean less than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from .extractor import Extractor
from .half_samples import LEAST
from .result import Material
from .sets.model_set import ModelSet


def notes(material: Material, extractor: Extractor, *, asked: int) -> Iterator[str]:
    """A line each; ``asked`` is how many pictures of the set were asked for."""
    pictures, n = material.pictures, len(material.seen)
    if isinstance(pictures, ModelSet) and extractor.name in pictures.card.trained_with:
        yield f"trained with the features of {extractor.name}: not independent"
    if isinstance(pictures, ModelSet):
        sources = dict.fromkeys(w.source for w in pictures.card.weights if w.on_hub)
        yield from (f"weights from {source}" for source in sources)
    if material.reference is not None and len(material.reference) != n:
        yield (
            f"n = {n:,}, the reference's {len(material.reference):,}: compare the scores only with "
            f"those of sets of {n:,} against it"
        )
    for what, other in (
        ("its reference", material.reference_pictures),
        ("what copies are looked for in", material.train_pictures),
    ):
        if other is not None and other.digest == pictures.digest:
            yield f"the set and {what} are the same pictures"
    if n < asked and not isinstance(pictures, ModelSet):
        yield f"{n:,} pictures are all there are; {asked:,} were asked for"
    if n < LEAST:
        yield f"no intervals: they are taken from half the pictures, and there are {n}"
