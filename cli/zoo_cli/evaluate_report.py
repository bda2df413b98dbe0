"""``--report DIR``, known to be writable before anything is measured; and whether anything was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .output import note, printable

if TYPE_CHECKING:
    from zoo.evaluation.result import Evaluation


def prepare(folder: Path | None, *, overwrite: bool) -> None:
    """Raises UsageError or MissingExtraError where no report can be written."""
    if folder is None:
        return
    from zoo.evaluation.report.folder import check_folder
    from zoo.extras import require_plots

    require_plots()
    check_folder(folder, overwrite=overwrite)


def tell(folder: Path) -> None:
    """Where the page is."""
    note(f"report: {printable(str(folder / 'index.html'))}")


def fail_if_empty(evaluations: Sequence[Evaluation]) -> None:
    """Exit code 1 where nothing could be measured of any set: the reasons were printed."""
    if not any(each.scores for each in evaluations):
        note("zoo: nothing could be measured; the reasons stand beside each measure's name")
        raise typer.Exit(1)
