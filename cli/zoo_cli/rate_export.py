"""``zoo rate export``: a study's comparisons as preferences for ``zoo tune``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .output import note, print_result, printable
from .rate_report import ExcludeFailed, StudyFile

Sets = Annotated[
    list[str] | None,
    typer.Option(metavar="SET", help="Seal this set's pictures as generated (models' are always)."),
]
RealSets = Annotated[
    list[str] | None, typer.Option(metavar="SET", help="This set's pictures are not generated.")
]


def export(
    study: StudyFile,
    out: Annotated[Path, typer.Option(help="The file of preferences, JSON lines.")],
    generated: Sets = None,
    real: RealSets = None,
    exclude_failed: ExcludeFailed = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write each answer to "which is better?" as a line of JSON, and the pictures, sealed, to a
    folder beside it: what zoo tune --reward preference learns from."""
    from zoo.rating.exporting import export_preferences
    from zoo.rating.store import open_answers

    from .rate_next import model_to_tune

    answers = open_answers(study)
    found = export_preferences(
        answers, out, generated=generated or (), real=real or (),
        exclude_failed=exclude_failed, overwrite=force,
    )  # fmt: skip
    print_result(printable(f"{out}  ({len(found)} comparisons)"))
    model, file = model_to_tune(answers), shlex.quote(str(out))
    note(printable(f"try it: zoo tune {model} --reward preference --reward-file {file}"))
