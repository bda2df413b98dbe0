"""From evaluations and comparisons to a report: everything is drawn, then the folder is written."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.evaluation.comparison import Comparison
from zoo.evaluation.result import Evaluation
from zoo.evaluation.result_json import as_table, comparison_table
from zoo.evaluation.sets.model_set import ModelSet
from zoo.extras import require_plots
from zoo.measure import Measure
from zoo.plugins import plugin_manager
from zoo.report.rendering import templates
from zoo_provenance.manifest import now, zoo_version
from zoo_provenance.source import SourceType

from . import words
from .comparing import Compared, compared
from .folder import GENERATOR, NUMBERS, Sheet, check_folder, write_folder
from .groups import Group, grouped
from .pairs import closest_pairs
from .plots import Chapter, plots_of
from .plots.canvas import KEY
from .scale import WIDTH, marks_of, scale_of
from .sheets import sheets_of

Watch = Callable[[str, int, int], object]
"""As of :func:`zoo.evaluate`: what is being done, how much of it, of how much."""
SIDE_BY_SIDE = "sheets/side-by-side.png"
_DRAWING = "drawing the report"


@dataclass(frozen=True)
class _Part:
    """A group with all that is drawn of it. ``pairs`` holds the closest pairs of each set, or None
    where the pixels are not at hand."""

    group: Group
    chapters: tuple[Chapter, ...]
    pairs: tuple[Sheet | None, ...]


def write_evaluations(
    evaluations: Sequence[Evaluation],
    folder: Path,
    *,
    overwrite: bool = False,
    watch: Watch = lambda *_: None,
) -> None:
    """Write ``index.html`` about evaluations into ``folder``, with plots, sheets and numbers.

    Sheets of pictures that a model made are sealed. An earlier report is replaced; see
    :func:`check_folder` for what else is there. Raises UsageError, MissingExtraError, SealError,
    OSError; then, and after Ctrl-C, there is no page.
    """
    _write(evaluations, folder, as_table(evaluations), None, overwrite=overwrite, watch=watch)


def write_comparison(
    comparison: Comparison,
    folder: Path,
    *,
    overwrite: bool = False,
    watch: Watch = lambda *_: None,
) -> Comparison:
    """The same about a comparison: what differs, what people say, speed, size, and a sheet of the
    models side by side, which the comparison that is returned names where it named none."""
    sheet, names = _side_by_side(comparison)
    if comparison.sheet is None and sheet is not None:
        comparison = dataclasses.replace(
            comparison, sheet=folder / SIDE_BY_SIDE, on_sheet=tuple(names)
        )
    evaluations = [e for subject in comparison.subjects for e in subject.evaluations]
    found = compared(comparison, sheet)
    _write(evaluations, folder, comparison_table(comparison), found, overwrite=overwrite,
           watch=watch)  # fmt: skip
    return comparison


def _write(
    evaluations: Sequence[Evaluation],
    folder: Path,
    table: dict[str, Any],
    comparison: Compared | None,
    *,
    overwrite: bool,
    watch: Watch,
) -> None:
    require_plots()
    check_folder(folder, overwrite=overwrite)
    measures = plugin_manager().measures()
    groups = grouped(evaluations)
    steps = len(groups) + 2
    watch(_DRAWING, 0, steps)
    parts = []
    for done, group in enumerate(groups, start=1):
        parts.append(_part(group, measures))
        watch(_DRAWING, done, steps)
    samples = list(sheets_of(_by_set(evaluations)))
    sheets = [*samples]
    sheets += [pairs for part in parts for pairs in part.pairs if pairs is not None]
    if comparison is not None and comparison.sheet is not None:
        sheets.append(comparison.sheet)
    watch(_DRAWING, steps - 1, steps)
    plots = {p.file: p.svg for part in parts for one in part.chapters for p in one.plots}
    numbers = (json.dumps(table, indent=2) + "\n").encode()
    html = templates(__package__).get_template("evaluation.html")
    write_folder(
        folder,
        {**plots, NUMBERS: numbers},
        sheets,
        lambda ids: html.render(
            generator=GENERATOR, time=now(), version=zoo_version(), groups=parts, samples=samples,
            ids=ids, comparison=comparison, measures=measures, words=words, scale_of=scale_of,
            marks_of=marks_of, width=WIDTH, key=KEY,
            sets=[(e.set, e.conditions) for e in _by_set(evaluations)],
            references=[f"{n:,} pictures of {name}" for name, n in _references(evaluations)],
            left_out=[(e.set, e.excluded) for e in _by_set(evaluations) if e.excluded],
        ),
    )  # fmt: skip
    watch(_DRAWING, steps, steps)


def _part(group: Group, measures: dict[str, Measure]) -> _Part:
    chapters = tuple(one for one in plots_of(group, measures) if one.plots)
    pairs = tuple(
        closest_pairs(f"{group.number}-{place}", each)
        for place, each in enumerate(group.evaluations, start=1)
    )
    return _Part(group, chapters, pairs)


def _by_set(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """The first of each set: its pictures are the same whatever looks at them."""
    found: dict[str, Evaluation] = {}
    for each in evaluations:
        found.setdefault(each.set, each)
    return list(found.values())


def _references(evaluations: Sequence[Evaluation]) -> dict[tuple[str, int], None]:
    """Names and numbers, each once."""
    found = (e.conditions for e in evaluations)
    return {(c.reference, c.reference_n or 0): None for c in found if c.reference is not None}


def _side_by_side(comparison: Comparison) -> tuple[Sheet | None, list[str]]:
    """The models with the same seeds and labels, and their names."""
    from zoo.evaluation.side_by_side import side_by_side

    found = [s.evaluations[0].material for s in comparison.subjects]
    models = [m.pictures for m in found if m and isinstance(m.pictures, ModelSet)]
    if not models:
        return None, []
    names, seed = [m.name for m in models], models[0].seed
    pixels, record, labels = side_by_side(
        [m.model for m in models], [m.options for m in models], seed=seed
    )
    known = [label for label in labels if label is not None]
    rows = f", row by row: {', '.join(known)}" if known else ""
    sheet = Sheet(
        SIDE_BY_SIDE,
        "Side by side",
        f"From left to right: {', '.join(names)}{rows}.",
        f"Not selected: labels drawn among those that all models know, seed {seed}, the same for "
        "all.",
        pixels,
        record,
        SourceType.TRAINED_ALGORITHMIC_MEDIA,
    )
    return sheet, names
