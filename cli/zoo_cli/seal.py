"""``zoo seal``: mark pictures that other programs made or edited."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import Licence, NoTraining, VisibleLabel
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.source import SourceType

MANY = 8


def seal(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Files, folders (searched recursively) and quoted globs."
        ),
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="TERM",
            help="How the pictures came about, as a term of IPTC's: trainedAlgorithmicMedia (AI), "
            "compositeWithTrainedAlgorithmicMedia (AI had a part), digitalCapture (a camera), …",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder to write all of them to.")] = Path("sealed"),
    created: Annotated[
        bool,
        typer.Option(
            "--created", help="State that the pictures begin here, and have no history before."
        ),
    ] = False,
    made_by: Annotated[
        str, typer.Option(metavar="NAME", help="The program or model that made them.")
    ] = "unknown",
    licence: Licence = None,
    no_training: NoTraining = False,
    visible_label: VisibleLabel = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many to seal at a time.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Sign pictures of other programs, label them, and enter them in the ledger.

    The originals stay as they are. Pictures by AI get the watermark, too. Exit codes: 0 done;
    1 a file could not be sealed (the others are); 2 wrong usage.
    """
    from concurrent.futures import ThreadPoolExecutor

    from zoo.errors import UsageError
    from zoo_provenance.terms import licence_problem
    from zoo_provenance.visible import drawing_problem

    from .seal_batch import Batch, firsts
    from .verify_files import expand

    kind = _source(source)
    if licence is not None and (problem := licence_problem(licence)):
        raise UsageError(problem)
    if visible_label is not None and (problem := drawing_problem(visible_label)):
        raise UsageError(problem)
    expanded = expand(paths)
    files = expanded.files
    expanded.note_passed_over()
    out.mkdir(parents=True, exist_ok=True)
    terms = {"licence": licence, "no_training": no_training, "visible_label": visible_label}
    asked = {"created": created, "made_by": made_by, **terms}
    batch = Batch(kind, out, force, asked)
    tables = []
    with batch, ThreadPoolExecutor(jobs) as pool, _watched(len(files)) as step:
        for table in pool.map(batch.seal, files, firsts(files)):
            tables.append(table)
            if not as_json:
                _print_line(table)
            step()
    if as_json:
        print_json({"schema": 1, "pictures": tables})
    failed = sum(table["error"] is not None for table in tables)
    note(f"sealed {len(tables) - failed} of {len(tables)} in {out}")
    bare = sum(table["watermark"] is False for table in tables)
    if kind.says_ai and bare:
        note(f"{bare} of them without a watermark: too small (below 128 pixels), long or busy")
    if failed:
        raise typer.Exit(1)


def _source(term: str) -> SourceType:
    from zoo.errors import UnknownNameError
    from zoo_provenance.source import SourceType

    terms = {kind.term.casefold(): kind for kind in SourceType}
    found = terms.get(term.rstrip("/").rsplit("/", 1)[-1].casefold())
    if found is None:
        known = [kind.term for kind in SourceType]
        by_ai = ", ".join(kind.term for kind in SourceType if kind.says_ai)
        others = ", ".join(kind.term for kind in SourceType if not kind.says_ai)
        raise UnknownNameError("source", term, known, f"(by AI: {by_ai}; others: {others})")
    return found


def _print_line(table: dict[str, Any]) -> None:
    name = printable(table["file"])
    if table["error"]:
        note(f"zoo: {name}: {printable(table['error']['message'])}")
    else:
        print_result(f"{printable(table['path'])}  {table['id']}")


@contextlib.contextmanager
def _watched(count: int) -> Iterator[Any]:
    """A progress bar on stderr, where a person watches and results go elsewhere."""
    if count < MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sealing", total=count)
        yield lambda: progress.advance(task)
