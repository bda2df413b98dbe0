"""``zoo rate export``: a study's comparisons as preferences for ``zoo tune``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import note, print_result, printable
from .rate_report import ExcludeFailed, StudyFile


def export(
    study: StudyFile,
    out: Annotated[Path, typer.Option(help="The file of preferences, JSON lines.")],
    exclude_failed: ExcludeFailed = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write each answer to "which is better?" as a line of JSON, and the pictures, sealed, to a
    folder beside it: what zoo tune --reward preference learns from."""
    from zoo.rating.exporting import export_preferences
    from zoo.rating.store import open_answers

    found = export_preferences(
        open_answers(study), out, exclude_failed=exclude_failed, overwrite=force
    )
    print_result(printable(f"{out}  ({len(found)} comparisons)"))
    note(f"try it: zoo tune MODEL --reward preference --reward-file {printable(str(out))}")
