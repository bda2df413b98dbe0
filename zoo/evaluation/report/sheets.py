"""Sheets of the pictures that were measured, a row a label, and the reference's beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from zoo.evaluation.reference import reference_about, reference_thumbnails
from zoo.evaluation.result import Evaluation, Material
from zoo.evaluation.rows_sheet import draw_rows, strip_of
from zoo.evaluation.sets import PictureSet

from .folder import Sheet
from .origins import record_of, source_of

ROWS, ACROSS = 8, 4
"""Few enough that labels can be read where the screen is 360 pixels wide."""
_OTHER_ROWS = "Its rows are of other labels than those of the sets above."
Labels = list[str | None]
Places = list[list[int]]


def sheets_of(evaluations: Sequence[Evaluation]) -> Iterator[Sheet]:
    """Of each set its pictures, and then the reference's of the same labels, as far as pixels are
    at hand; a sheet of the reference that serves several sets once."""
    references: dict[tuple[str, str], Sheet] = {}
    for number, evaluation in enumerate(evaluations, start=1):
        material, conditions = evaluation.material, evaluation.conditions
        if material is None:
            continue
        labels, places = _drawn(material, conditions.seed)
        yield _sheet(f"sheets/{number}-samples.png", material.pictures, labels, places)
        reference = material.reference_pictures
        if reference is not None:
            sheets = [_reference(number, reference, labels, conditions.seed)]
        elif conditions.reference is not None:
            sheets = list(_thumbnails(number, conditions.reference.removesuffix(":test")))
        else:
            sheets = []
        for sheet in sheets:
            references.setdefault((sheet.title, sheet.alt), sheet)
    yield from references.values()


def _drawn(material: Material, seed: int) -> tuple[Labels, Places]:
    """Labels, in order, drawn among those of the set, and rows of each; without labels, rows."""
    rng = np.random.default_rng([seed, 5])
    known = material.pictures.labels
    if known is None:
        return _unlabelled(len(material.seen), rng)
    of_label: dict[str, list[int]] = {}
    for row, label in enumerate(known):
        of_label.setdefault(label, []).append(row)
    names = sorted(of_label)
    if len(names) > ROWS:
        names = sorted(rng.choice(names, ROWS, replace=False).tolist())
    return list(names), [_some(of_label[name], rng) for name in names]


def _unlabelled(n: int, rng: np.random.Generator) -> tuple[Labels, Places]:
    rows = sorted(rng.choice(n, min(n, ROWS * ACROSS), replace=False).tolist())
    places = [rows[i : i + ACROSS] for i in range(0, len(rows), ACROSS)]
    return [None] * len(places), places


def _some(rows: Sequence[int], rng: np.random.Generator) -> list[int]:
    chosen: list[int] = rng.choice(rows, min(ACROSS, len(rows)), replace=False).tolist()
    return sorted(chosen)


def _sheet(
    file: str,
    pictures: PictureSet,
    labels: Labels,
    places: Places,
    *,
    reference: bool = False,
    apart: bool = False,
) -> Sheet:
    rows = [row for group in places for row in group]
    pixels = iter(pictures.at(rows))
    strips = [strip_of([next(pixels) for _ in group]) for group in places]
    drawn = draw_rows([pictures.name], labels, [strips])
    source = source_of(pictures, rows, reference=reference)
    named = [label or "" for label in labels]
    record = record_of(pictures, rows, drawn.shape[:2], {"rows": named}) if source else None
    what = "Reference pictures" if reference else "Pictures"
    return Sheet(
        file,
        f"{'The reference' if reference else 'The set'}: {pictures.name}",
        f"{what} of {pictures.name}{_by_row(named)}.",
        f"Drawn by the seed, not selected.{f' {_OTHER_ROWS}' if apart else ''}",
        drawn,
        record,
        source,
        apart=apart,
    )


def _by_row(labels: Sequence[str]) -> str:
    return f", row by row: {', '.join(labels)}" if any(labels) else ""


def _reference(number: int, pictures: PictureSet, labels: Labels, seed: int) -> Sheet:
    """Of the same labels where the reference has them, else any."""
    rng = np.random.default_rng([seed, 6])
    asked = labels
    known = [label.casefold() for label in pictures.labels or ()]
    file = f"sheets/{number}-reference.png"
    rows: Places = []
    for label in labels:
        there = [] if label is None else [i for i, k in enumerate(known) if k == label.casefold()]
        if not there:
            labels, rows = _unlabelled(pictures.count, rng)
            break
        rows.append(_some(there, rng))
    return _sheet(file, pictures, labels, rows, reference=True, apart=labels is not asked)


def _thumbnails(number: int, data: str) -> Iterator[Sheet]:
    """Of data that ship with Zoo: some pictures, without names."""
    pixels = reference_thumbnails(data)
    if pixels is None:
        return
    chosen = np.linspace(0, len(pixels) - 1, min(len(pixels), ROWS * ACROSS)).round().astype(int)
    rows = [chosen[i : i + ACROSS] for i in range(0, len(chosen), ACROSS)]
    strips = [strip_of([pixels[i] for i in row]) for row in rows]
    about = reference_about(data) or data
    yield Sheet(
        f"sheets/{number}-reference.png",
        f"The reference: {data}",
        f"Real pictures of {data}, of several labels.",
        f"Some of the test pictures that ship with Zoo. {about}. {_OTHER_ROWS} For those of the "
        "same labels, name the data: --against PACK.",
        draw_rows([f"{data}: real pictures"], [None] * len(rows), [strips]),
        apart=True,
    )
