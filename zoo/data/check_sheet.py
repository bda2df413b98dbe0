"""A contact sheet of the problems that a check found, with examples of each.

It shows pictures of a data set, not generated ones: a plain PNG is right, and sealing it would
say something false.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from zoo_provenance.atomic import write_atomically

from .check import Problem, Report
from .check_sources import Source

TILE = 112
GAP = 12
ACROSS = 8
"""Pictures in a row; a picture and the one that it repeats take two places."""
ROWS = 2
_LINE = 15
_INK, _FAINT, _PAPER = (20, 20, 20), (110, 110, 110), (255, 255, 255)


def write_sheet(report: Report, path: Path) -> None:
    """Write the sheet as a PNG: a heading and at most two rows of examples a kind of problem.

    Raises OSError.
    """
    parts = [heading(_title(report), 20)]
    for kind, problems in report.problems.items():
        if problems:
            parts.append(heading(f"{kind}: {len(problems):,}  ({report.meaning(kind)})", 15))
            parts.append(_examples(report.source, problems))
    if len(parts) == 1:
        parts.append(heading("No problems were found.", 15))
    write_png(stacked(parts), path)


def write_png(image: Image.Image, path: Path) -> None:
    """Write a picture as a PNG, whole or not at all. Raises OSError."""
    out = io.BytesIO()
    image.save(out, "PNG")
    write_atomically(path, out.getvalue())


def tile(image: Image.Image, lines: Sequence[str]) -> Image.Image:
    """A picture of at most TILE pixels a side, small ones enlarged in blocks, with lines below."""
    sheet = Image.new("RGB", (TILE, TILE + _LINE * len(lines)), _PAPER)
    factor = TILE / max(image.size)
    side = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    method = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.LANCZOS
    shown = image.resize(side, method)
    sheet.paste(shown, ((TILE - shown.width) // 2, (TILE - shown.height) // 2))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((0, TILE + 1 + _LINE * number), _fitted(line), _FAINT, _font(11))
    return sheet


def rows_of(tiles: Sequence[Image.Image], across: int = ACROSS) -> Image.Image:
    """Tiles in rows, left to right."""
    width = GAP + across * (TILE + GAP)
    rows = [tiles[i : i + across] for i in range(0, len(tiles), across)]
    sheet = Image.new("RGB", (width, sum(max(t.height for t in r) + GAP for r in rows)), _PAPER)
    y = 0
    for row in rows:
        for place, one in enumerate(row):
            sheet.paste(one, (GAP + place * (TILE + GAP), y))
        y += max(t.height for t in row) + GAP
    return sheet


def stacked(parts: Sequence[Image.Image]) -> Image.Image:
    """Parts from top to bottom."""
    sheet = Image.new("RGB", (max(p.width for p in parts), sum(p.height for p in parts)), _PAPER)
    y = 0
    for part in parts:
        sheet.paste(part, (0, y))
        y += part.height
    return sheet


def _title(report: Report) -> str:
    total = sum(report.source.splits.values())
    return f"{report.source.about}: {total:,} pictures checked"


def heading(text: str, size: int = 15) -> Image.Image:
    """A line of text as wide as a row of tiles."""
    sheet = Image.new("RGB", (GAP + ACROSS * (TILE + GAP), size + 2 * GAP), _PAPER)
    ImageDraw.Draw(sheet).text((GAP, GAP // 2 + 2), text[:140], _INK, _font(size))
    return sheet


def _examples(source: Source, problems: Sequence[Problem]) -> Image.Image:
    """Evenly spread over the problems, so that not all are of one label."""
    most = ROWS * ACROSS // (2 if problems[0].other else 1)
    step = max(1, len(problems) // most)
    tiles = []
    for problem in problems[::step][:most]:
        tiles.append(_captioned(source, problem.split, problem.index, problem.detail))
        if problem.other:
            split, index = problem.other
            what = "the earlier one" if split == problem.split else f"in {split}"
            tiles.append(_captioned(source, split, index, what))
    return rows_of(tiles)


def _captioned(source: Source, split: str, index: int, detail: str) -> Image.Image:
    label = source.label(split, index)
    named = source.labels[label] if source.labels and label >= 0 else ""
    name = source.name(split, index).rsplit("/", 1)[-1]
    return tile(source.image(split, index), (named or split, name, detail))


def _fitted(text: str) -> str:
    """The text, cut in its middle to the width of a tile."""
    font = _font(11)
    if font.getlength(text) <= TILE:
        return text
    keep = len(text)
    while keep > 2 and font.getlength(f"{text[: keep // 2]}…{text[-keep // 2 :]}") > TILE:
        keep -= 1
    return f"{text[: keep // 2]}…{text[-keep // 2 :]}"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
