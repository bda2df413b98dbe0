"""What a sheet of pictures is sealed as, by where its pictures come from.

IPTC's terms: ``trainedAlgorithmicMedia`` for pictures that a model here made;
``compositeSynthetic`` ("at least one of which is Generative AI") where such stand beside real ones,
or where the files' own marks say so; ``composite`` ("any of which may or may not be generative AI")
for pictures of a folder or a data set that is evaluated and bears no mark. References are data:
they leave plain, as the sheets of ``zoo data check`` do, unless their marks say AI.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zoo.evaluation.sets import PictureSet
from zoo.evaluation.sets.model_set import ModelSet
from zoo_provenance.errors import ProvenanceError
from zoo_provenance.manifest import zoo_version
from zoo_provenance.record import Record
from zoo_provenance.source import Origin, SourceType

_AI = (Origin.AI, Origin.AI_EDITED)


def source_of(pictures: PictureSet, rows: Sequence[int], *, reference: bool) -> SourceType | None:
    """Of a sheet of these rows alone; None for one that needs no seal."""
    if isinstance(pictures, ModelSet):
        return SourceType.TRAINED_ALGORITHMIC_MEDIA
    if _marked_ai(pictures, rows):
        return SourceType.COMPOSITE_SYNTHETIC
    return None if reference else SourceType.COMPOSITE


def mixed(*sources: SourceType | None) -> SourceType | None:
    """Of a sheet on which pictures of several sources stand beside each other."""
    if any(source is not None and source.says_ai for source in sources):
        return SourceType.COMPOSITE_SYNTHETIC
    return SourceType.COMPOSITE if any(sources) else None


def record_of(
    pictures: PictureSet, rows: Sequence[int], size: tuple[int, int], about: Mapping[str, Any]
) -> Record:
    """Of a sheet (height, width) of these rows; ``about`` says what else is on it."""
    places = pictures.places
    sheet = {"pictures": [places[row] for row in rows], **about}
    if isinstance(pictures, ModelSet):
        label = pictures.labels[rows[0]] if pictures.labels else None
        first = pictures.model.record(
            places[rows[0]], pictures.seed, label=label, size=max(pictures.card.size),
            options=pictures.options,
        )  # fmt: skip
        options = {**first.options, "sheet": sheet}
        return dataclasses.replace(first, index=None, label=None, size=size, options=options)
    record = Record.external("zoo", zoo_version(), set=Path(pictures.name).name, sheet=sheet)
    return dataclasses.replace(record, size=size)


def _marked_ai(pictures: PictureSet, rows: Sequence[int]) -> bool:
    """Whether the marks of one of the files say that AI made it, as ``zoo verify`` reads them."""
    import zoo

    for file in filter(None, map(pictures.file, rows)):
        try:
            found = zoo.verify(file)
        except ProvenanceError:
            continue
        if any(one.origin in _AI for one in found.evidence):
            return True
    return False
