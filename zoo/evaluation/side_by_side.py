"""A sheet of several models: a row for each label and seed, a column for each model. Sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from zoo.generation import Model
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

ROWS = 8
REPEATS = 3
"""Pictures of a model in a row: indices 3r, 3r + 1, 3r + 2 of row r."""
SIDE = 128
"""The longer side of a picture; smaller ones are enlarged."""
_GAP = 12
_TEXT = 14


def shared_labels(models: Sequence[Model]) -> tuple[str, ...]:
    """Labels that all models with labels know, case ignored, as the first of them spells them."""
    labelled = [m.card.labels for m in models if m.card.labels]
    if not labelled:
        return ()
    known = [{label.casefold() for label in labels} for labels in labelled]
    return tuple(label for label in labelled[0] if all(label.casefold() in k for k in known))


def save_side_by_side(
    models: Sequence[Model],
    options: Sequence[Mapping[str, Any]],
    path: Path,
    *,
    seed: int,
    rows: int = ROWS,
) -> None:
    """Seal the sheet as ``path``, a PNG, replacing it.

    Labels are drawn with ``seed`` among those that all models know; where there are none, each
    model draws its own. Raises ZooError where a model fails, OSError.
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
    sheet = _draw([m.card.id for m in models], labels, columns)
    record = _record(models, options, seed, labels, sheet)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(sheet, record, source=source, out=path, overwrite=True)


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


def _draw(
    names: Sequence[str], labels: Sequence[str | None], columns: Sequence[Sequence[Image.Image]]
) -> NDArray[np.uint8]:
    """uint8 (H, W, 3): names above, the label above each row, white between."""
    font = ImageFont.load_default(_TEXT)
    line = _TEXT + 6
    widths = [max(strip.width for strip in column) for column in columns]
    heights = [max(strip.height for strip in row) + line for row in zip(*columns, strict=True)]
    sheet = Image.new(
        "RGB", (sum(widths) + _GAP * (len(widths) + 1), sum(heights) + line + 2 * _GAP), "white"
    )
    draw = ImageDraw.Draw(sheet)
    x = _GAP
    for name, width, column in zip(names, widths, columns, strict=True):
        draw.text((x, _GAP // 2), _fitted(name, width, font), "black", font)
        y = _GAP + line
        for label, height, strip in zip(labels, heights, column, strict=True):
            if label is not None:
                draw.text((x, y), _fitted(label, width, font), (90, 90, 90), font)
            sheet.paste(strip, (x, y + line - 2))
            y += height
        x += width + _GAP
    return np.asarray(sheet)


def _fitted(text: str, width: int, font: Any) -> str:
    """As much of a text as fits."""
    while font.getlength(text) > width and len(text) > 1:
        text = text[:-2] + "…"
    return text


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
        batch=REPEATS,
        device=models[0].device.type,
        versions=models[0].versions,
        licence="; ".join(dict.fromkeys(m.card.licence for m in models)),
        trained_on="; ".join(dict.fromkeys(m.card.trained_on for m in models)),
    )
