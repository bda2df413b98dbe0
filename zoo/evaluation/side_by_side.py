"""A sheet of several models: a row for each label and seed, a column for each model. Sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo.generation import Model
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

from .rows_sheet import SIDE, draw_rows

ROWS = 8
REPEATS = 3
"""Pictures of a model in a row: indices 3r, 3r + 1, 3r + 2 of row r."""


def shared_labels(models: Sequence[Model]) -> tuple[str, ...]:
    """Labels that all models with labels know, case ignored, as the first of them spells them."""
    labelled = [m.card.labels for m in models if m.card.labels]
    if not labelled:
        return ()
    known = [{label.casefold() for label in labels} for labels in labelled]
    return tuple(label for label in labelled[0] if all(label.casefold() in k for k in known))


def save_side_by_side(
    models: Sequence[Model], options: Sequence[Mapping[str, Any]], path: Path, *, seed: int
) -> None:
    """Seal the sheet as ``path``, a PNG, replacing it.

    Raises ZooError where a model fails, OSError.
    """
    sheet, record, _ = side_by_side(models, options, seed=seed)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(sheet, record, source=source, out=path, overwrite=True)


def side_by_side(
    models: Sequence[Model], options: Sequence[Mapping[str, Any]], *, seed: int, rows: int = ROWS
) -> tuple[NDArray[np.uint8], Record, tuple[str | None, ...]]:
    """The sheet uint8 (H, W, 3), its record, and the label of each row.

    Labels are drawn with ``seed`` among those that all models know; where there are none, each
    model draws its own. Raises ZooError where a model fails.
    """
    known = shared_labels(models)
    rng = np.random.default_rng([seed, 4])
    labels: list[str | None] = [None] * rows
    if known:
        drawn = rng.choice(len(known), rows, replace=rows > len(known))
        labels = [known[int(i)] for i in drawn]
    columns = [
        [_strip(m, given, seed, row, label) for row, label in enumerate(labels)]
        for m, given in zip(models, options, strict=True)
    ]
    sheet = draw_rows([m.card.id for m in models], labels, columns)
    return sheet, _record(models, options, seed, labels, sheet), tuple(labels)


def _strip(
    model: Model, options: Mapping[str, Any], seed: int, row: int, label: str | None
) -> Image.Image:
    """The pictures of one model in one row, beside each other."""
    own = label if model.card.labels else None
    indices = range(row * REPEATS, (row + 1) * REPEATS)
    batches = model.generate_batches(
        indices.stop, seed, label=own, size=SIDE, batch=REPEATS, options=dict(options),
        indices=indices,
    )  # fmt: skip
    pixels = [picture.pixels for pictures in batches for picture in pictures]
    return Image.fromarray(np.concatenate(pixels, axis=1))


def _record(
    models: Sequence[Model],
    options: Sequence[Mapping[str, Any]],
    seed: int,
    labels: Sequence[str | None],
    sheet: NDArray[np.uint8],
) -> Record:
    return Record(
        model=" + ".join(m.card.id for m in models),
        family="comparison",
        seed=seed,
        options={
            "side_by_side": [
                {"model": m.card.id, "options": dict(given)}
                for m, given in zip(models, options, strict=True)
            ],
            "labels": [label or "" for label in labels],
            "repeats": REPEATS,
        },
        size=sheet.shape[:2],
        weights=tuple(dict.fromkeys(w for m in models for w in m.weights)),
        sources=tuple(dict.fromkeys(s for m in models for s in m.sources)),
        batch=REPEATS,
        device=models[0].device.type,
        versions=models[0].versions,
        licence="; ".join(dict.fromkeys(m.card.licence for m in models)),
        trained_on="; ".join(dict.fromkeys(m.card.trained_on for m in models)),
    )
