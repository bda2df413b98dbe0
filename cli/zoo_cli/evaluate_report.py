"""``--report DIR``: whether it can be written is known before anything is measured."""

from __future__ import annotations

from pathlib import Path

from .output import note, printable


def prepare(folder: Path | None, *, force: bool) -> None:
    """Raises UsageError or MissingExtraError where no report can be written."""
    if folder is None:
        return
    from zoo.evaluation.report.folder import check_folder
    from zoo.extras import require_plots

    require_plots()
    check_folder(folder, overwrite=force)


def tell(folder: Path) -> None:
    """Where the page is."""
    note(f"report: {printable(str(folder / 'index.html'))}")
