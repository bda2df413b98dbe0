"""``zoo verify``: ask pictures where they came from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import print_json, print_result
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.verifying import Unread
    from zoo_provenance.examination import Examination

    Answer = Examination | Unread
    Ask = Callable[[Iterable[Path]], Iterator[Answer]]

MANY = 8
"""From so many files on, a progress bar is worth its line."""


def verify(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, folders (searched recursively) and quoted globs."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    expect: Annotated[
        str | None,
        typer.Option(metavar="VERDICT", help="Exit with 3 where a verdict is another one."),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough",
            help="Search for the watermark of cropped, mirrored or turned pictures, too; on by "
            "itself for a single file.",
        ),
    ] = False,
    replay: Annotated[
        bool,
        typer.Option(
            "--replay",
            help="Make the picture again from each record that may be its own, and compare; "
            "needs the models.",
        ),
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            help="The record (JSON) that somebody states for the picture; implies --replay."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write a page for people, too: pictures, verdicts, evidence.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that is there.")] = False,
) -> None:
    """Say where pictures came from, as far as their marks tell.

    Nothing but the report is written, nothing is fetched. Exit codes: 0 done; 1 a file could not
    be read (the others are still reported); 2 wrong usage; 3 --expect differs.
    """
    from zoo.verifying import Unread, verify_many
    from zoo_provenance.record import read_record

    from .verify_files import expand
    from .verify_page import reported
    from .verify_report import as_table, as_text

    _check_expected(expect)
    note_failures()
    files = expand(paths)
    ask = partial(
        verify_many,
        thorough=thorough or len(files) == 1,
        replay=replay,
        record=None if record is None else read_record(record),
    )
    answers = _with_progress(files, ask, quiet=not as_json and sys.stdout.isatty())
    if report is not None:
        answers = reported(answers, report, force=force)
    unread = differs = False
    tables = []
    for answer in answers:
        if isinstance(answer, Unread):
            unread = True
        elif answer.verdict.verdict != expect:
            differs = True
        if as_json:
            tables.append(as_table(answer))
        else:
            print_result(as_text(answer))
    if as_json:
        print_json({"schema": 1, "files": tables})
    if unread:
        raise typer.Exit(1)
    if expect is not None and differs:
        raise typer.Exit(3)


def _check_expected(expect: str | None) -> None:
    if expect is None:
        return
    from zoo.errors import UnknownNameError
    from zoo_provenance.verdict import VerdictName

    names = [str(n) for n in VerdictName]
    if expect not in names:
        raise UnknownNameError("verdict", expect, names, f"(one of: {', '.join(names)})")


def _with_progress(files: list[Unread | Path], ask: Ask, *, quiet: bool) -> Iterator[Answer]:
    """The answers in order, with a bar on stderr if a person watches and results go elsewhere."""
    if quiet or len(files) < MANY or not sys.stderr.isatty():
        yield from _answers(files, ask)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("verifying", total=len(files))
        for answer in _answers(files, ask):
            yield answer
            progress.advance(task)


def _answers(files: Iterable[Unread | Path], ask: Ask) -> Iterator[Answer]:
    """Examine the paths; what is known to be unreadable stays in its place."""
    from zoo.verifying import Unread

    order = list(files)
    found = ask(entry for entry in order if isinstance(entry, Path))
    for entry in order:
        yield entry if isinstance(entry, Unread) else next(found)
