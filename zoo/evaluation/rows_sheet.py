"""A sheet of pictures in rows: a column for each set, a name above it, a label above each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from zoo_provenance.text import clean

SIDE = 128
"""The longer side of a picture; smaller ones are enlarged."""
_GAP = 12
_TEXT = 14


def strip_of(pictures: Sequence[NDArray[np.uint8]], side: int = SIDE) -> Image.Image:
    """Pictures (H, W, 3) of any size beside each other, each whole in a white square."""
    strip = Image.new("RGB", (side * len(pictures), side), "white")
    for place, picture in enumerate(pictures):
        image = Image.fromarray(picture)
        factor = side / max(image.size)
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        image = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        strip.paste(image, (place * side + (side - size[0]) // 2, (side - size[1]) // 2))
    return strip


def draw_rows(
    names: Sequence[str], labels: Sequence[str | None], columns: Sequence[Sequence[Image.Image]]
) -> NDArray[np.uint8]:
    """uint8 (H, W, 3): names above, the label above each row, white between. A column has a strip
    for each row."""
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
    text = clean(text)
    while font.getlength(text) > width and len(text) > 1:
        text = text[:-2] + "…"
    return text
