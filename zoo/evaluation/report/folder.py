"""The folder of a report: whether it may be written, and writing it so that no half page is left.

``index.html``, ``scores.json``, ``plots/*.svg``, ``sheets/*.png``. Whatever takes long is done
before the first file is written, and the page comes last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoo.errors import UsageError
from zoo_provenance.atomic import write_atomically
from zoo_provenance.encode import find_format
from zoo_provenance.record import Record
from zoo_provenance.sealing import Job, Sealer
from zoo_provenance.source import SourceType

PAGE, NUMBERS, PLOTS, SHEETS = "index.html", "scores.json", "plots", "sheets"
GENERATOR = "Zoo, report of scores"
"""What the page's ``<meta name="generator">`` says, by which an earlier report is known."""
_SHOWN = re.compile(rf'<img src="((?:{PLOTS}|{SHEETS})/[\w-]+\.(?:svg|png))"')
_MOST_PAGE = 2**24


@dataclass(frozen=True)
class Sheet:
    """A sheet of pictures, uint8 (H, W, 3), for ``file`` below the folder.

    ``source`` is what it is sealed as, with ``record``; both are None for real pictures alone,
    which leave as a plain PNG: to seal them as ours would say something false. ``rows`` are a table
    of what is on it, the first one its head. ``apart``: it stands below the others, for its rows
    are not theirs.
    """

    file: str
    title: str
    alt: str
    caption: str
    pixels: NDArray[np.uint8]
    record: Record | None = None
    source: SourceType | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    apart: bool = False


def check_folder(folder: Path, *, overwrite: bool = False) -> None:
    """Make the folder where it is not there.

    Raises UsageError where that cannot be, or where it holds anything but an earlier report, unless
    with ``overwrite``: then that stays, but for files of the same names.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = None if overwrite else next(_foreign(folder), None)
    except OSError as error:
        raise UsageError(
            f"no report can be written to {folder}: {error.strerror or error}; choose another"
        ) from error
    if not os.access(folder, os.W_OK):
        raise UsageError(f"no report can be written to {folder}: it is read-only; choose another")
    if there is not None:
        raise UsageError(
            f"{folder} holds something else than an earlier report ({there}); name a new "
            "folder, or give --overwrite, which leaves there what has other names"
        )


def write_folder(
    folder: Path,
    files: Mapping[str, bytes],
    sheets: Sequence[Sheet],
    page: Callable[[Mapping[str, str]], str],
) -> None:
    """Write everything, in place of an earlier report. ``page`` gets the id in the ledger of each
    sealed sheet, by its file.

    Raises OSError or SealError. After any exception there is no page, and nothing of it is left.
    """
    old = {folder / name for name in _earlier(folder) if (folder / name).is_file()}
    for name in (PLOTS, SHEETS):
        (folder / name).mkdir(exist_ok=True)
    (folder / PAGE).unlink(missing_ok=True)
    with _all_or_nothing(folder) as written:
        for name, data in files.items():
            written.append(folder / name)
            write_atomically(folder / name, data)
        written += [folder / sheet.file for sheet in sheets]
        ids = _write_sheets(folder, sheets)
        html = page(ids)
        for path in old - {*written, folder / PAGE}:
            path.unlink(missing_ok=True)
        write_atomically(folder / PAGE, html.encode())
    for name in (PLOTS, SHEETS):
        if not any((folder / name).iterdir()):
            (folder / name).rmdir()


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[list[Path]]:
    """What is in the list goes away after an exception, and folders that are empty then."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for name in (PLOTS, SHEETS):
            if not any((folder / name).iterdir()):
                (folder / name).rmdir()
        raise


def _write_sheets(folder: Path, sheets: Sequence[Sheet]) -> dict[str, str]:
    """Sealed where they are to be, in one batch; their ids."""
    from zoo.data.check_sheet import write_png

    jobs: dict[str, Job] = {}
    for sheet in sheets:
        path = folder / sheet.file
        if sheet.source is None or sheet.record is None:
            from PIL import Image

            write_png(Image.fromarray(sheet.pixels), path)
        else:
            jobs[sheet.file] = Job(
                sheet.pixels, sheet.record, sheet.source, path, find_format("png")
            )
    if not jobs:
        return {}
    with Sealer() as sealer:
        sealed = sealer.seal(list(jobs.values()), overwrite=True)
    return {file: one.id for file, one in zip(jobs, sealed, strict=True)}


def _foreign(folder: Path) -> Iterator[str]:
    ours = _earlier(folder)
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return (name for name in names if name not in ours)


def _earlier(folder: Path) -> set[str]:
    """What an earlier report wrote there, by what its page shows; nothing where there is none."""
    page = folder / PAGE
    if not page.is_file():
        return set()
    with page.open("rb") as file:
        html = file.read(_MOST_PAGE).decode("utf-8", "replace")
    if f'<meta name="generator" content="{GENERATOR}">' not in html:
        return set()
    return {PAGE, NUMBERS, PLOTS, SHEETS, *_SHOWN.findall(html)}
