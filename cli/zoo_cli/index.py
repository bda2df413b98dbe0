"""``zoo index``: pictures that you have seen, so that ``zoo verify --index`` knows them again."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import IndexPath
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.verifying import Unread
    from zoo_provenance.index import Entry, PictureIndex
    from zoo_provenance.index.adding import Added

app = typer.Typer(
    help="Keep an index of pictures you have seen; 'zoo verify --index' knows them again.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
_WITHOUT_OPENCV = (
    "OpenCV is not installed: whole copies will be known again, crops will not. In your clone of "
    "Zoo, run: pip install -e '.[index]', then add the same pictures again"
)


@app.command("add")
def add(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, folders (searched recursively) and quoted globs."
        ),
    ],
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many at a time; by default one for each processor."),
    ] = None,
    index_path: IndexPath = None,
    json: Json = False,
) -> None:
    """Add pictures. Those that are known are passed over, so a run that was broken off goes on.

    The files stay where they are and are not changed. Exit code 1 where one could not be read.
    """
    from zoo_provenance.index.features import available
    from zoo_provenance.index.writing import writing

    from .verify_files import expand

    expanded = expand(paths)
    files = expanded.files
    expanded.note_passed_over()
    if not available():
        note(_WITHOUT_OPENCV)
    with writing(index_path, create=True) as writer:
        answers = list(_with_progress(writer, files, jobs or os.cpu_count() or 1))
        count, folder = writer.index.count(), writer.index.folder
    failed = [answer for answer in answers if answer.error]
    known = sum(answer.known for answer in answers)
    table = {
        "schema": 1,
        "index": str(folder),
        "added": len(answers) - known - len(failed),
        "known": known,
        "pictures": count,
        "errors": [_error_table(answer) for answer in failed],
    }
    for answer in failed:
        note(f"{printable(str(answer.path))}: {printable(str(answer.error))}")
    if json:
        print_json(table)
    else:
        print_result(f"{table['added']} added, {known} known already; {count} pictures in {folder}")
    if failed:
        raise typer.Exit(1)


@app.command("list")
def list_entries(
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many, newest first.")] = 20,
    index_path: IndexPath = None,
    json: Json = False,
) -> None:
    """List the pictures that were added last."""
    from zoo_provenance.index.tables import entry_table

    entries = _open(index_path).entries(limit=n)
    if json:
        print_json({"schema": 1, "pictures": [entry_table(entry) for entry in entries]})
        return
    for entry in entries:
        width, height = entry.size
        print_result(
            f"{entry.id:7}  {entry.added}  {width:5} x {height:<5}  {printable(entry.path)}"
        )


@app.command("show")
def show(
    what: Annotated[str, typer.Argument(metavar="ID|SHA256|FILE")],
    index_path: IndexPath = None,
    json: Json = False,
) -> None:
    """Show what the index holds on a picture."""
    from zoo_provenance.index.tables import entry_table

    tables = [entry_table(entry) for entry in _find(_open(index_path), what)]
    if json:
        print_json({"schema": 1, "pictures": tables})
        return
    for table in tables:
        width, height = table.pop("size")
        for key, value in (table | {"size": f"{width} x {height}"}).items():
            print_result(f"{key:10} {'' if value is None else printable(str(value))}")


@app.command("remove")
def remove(
    what: Annotated[list[str], typer.Argument(metavar="ID|SHA256|FILE...")],
    index_path: IndexPath = None,
    json: Json = False,
) -> None:
    """Forget pictures: their fingerprints, grey previews and features. Files are not touched."""
    from zoo_provenance.index.writing import writing

    with writing(index_path) as writer:
        found = {e.id: e for one in what for e in _find(writer.index, one)}
        writer.remove(found)
        count = writer.index.count()
    if json:
        print_json({"schema": 1, "removed": len(found), "pictures": count})
    else:
        print_result(f"{len(found)} removed; {count} pictures are left")


@app.command("check")
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make the files beside the database again.")
    ] = False,
    index_path: IndexPath = None,
    json: Json = False,
) -> None:
    """Say whether the index is sound, and how much of it can be searched for crops."""
    from zoo_provenance.index.writing import writing

    index = _open(index_path)
    damage = index.damage()
    if repair and damage is None:
        with writing(index_path) as writer:
            writer.forget_files()
    count, lacking = index.count(), index.count_without_features()
    if json:
        print_json({
            "schema": 1, "index": str(index.folder), "sound": damage is None, "damage": damage,
            "pictures": count, "without_features": lacking,
        })  # fmt: skip
    elif damage is not None:
        print_result(
            f"{index.folder} is damaged: {printable(damage)}. Restore it from a backup, or move it "
            "away and add the pictures again."
        )
    else:
        print_result(f"sound: {count} pictures in {index.folder}")
        if lacking:
            print_result(
                f"{lacking} were added without OpenCV, and crops of them are not found; adding "
                "them again with it installed helps"
            )
    if damage is not None:
        raise typer.Exit(1)


def _open(folder: Path | None) -> PictureIndex:
    from zoo_provenance.index import open_index

    return open_index(folder)


def _find(index: PictureIndex, what: str) -> list[Entry]:
    """The pictures of an id, a sha256, or a path; the file need not be there any more."""
    from zoo.errors import UsageError

    entries = index.by_path(Path(what))
    if not entries and re.fullmatch(r"[0-9a-fA-F]{64}", what):
        entries = [entry for entry in [index.by_sha256(what.lower())] if entry]
    elif not entries and re.fullmatch(r"[0-9]{1,15}", what):
        entries = [entry for entry in [index.by_id(int(what))] if entry]
    if not entries:
        raise UsageError(
            f"{what!r} is no id, sha256 or path of a picture in {index.folder}; see 'zoo index "
            "list', or ask 'zoo verify --index' whether a picture is in it"
        )
    return entries


def _error_table(answer: Added) -> dict[str, Any]:
    from .verify_report import shown

    assert answer.error is not None
    error = {"code": answer.error.code, "message": str(answer.error)}
    return {"file": shown(answer.path), "error": error}


def _with_progress(writer: Any, files: list[Unread | Path], jobs: int) -> Iterator[Added]:
    """Add the files, with a bar on stderr if a person watches."""
    if not sys.stderr.isatty():
        yield from _add(writer, files, jobs)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("adding", total=len(files))
        for answer in _add(writer, files, jobs):
            yield answer
            progress.advance(task)


def _add(writer: Any, files: Iterable[Unread | Path], jobs: int) -> Iterator[Added]:
    from zoo.verifying import Unread
    from zoo_provenance.errors import PictureError
    from zoo_provenance.index.adding import Added, add_files

    order = list(files)
    for entry in order:
        if isinstance(entry, Unread):
            yield Added(entry.path, error=PictureError(str(entry.error)))
    yield from add_files(writer, (e for e in order if isinstance(e, Path)), jobs=jobs)
