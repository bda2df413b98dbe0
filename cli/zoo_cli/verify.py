"""``zoo verify``: ask pictures where they came from."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .interrupts import uninterrupted
from .options import IndexPath
from .output import note
from .plugins import note_failures
from .trust import profile_named

if TYPE_CHECKING:
    from zoo.circumstances import Circumstances
    from zoo.verifying import Unread
    from zoo_provenance.answer import Examination

    from .verify_csv import CsvOutput
    from .verify_json import JsonOutput
    from .verify_table import TextOutput

    Answer = Examination | Unread
    Ask = Callable[[Iterable[Path]], Iterator[Answer]]
    Output = CsvOutput | JsonOutput | TextOutput

SEARCHED = 50
"""Up to so many files, each is searched for marks unless asked otherwise: half a minute's work."""
MOST_JOBS = 8


def verify(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, folders (searched recursively) and quoted globs."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    long: Annotated[
        bool, typer.Option("--long", help="Tell all of each file, not of a single one alone.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option(metavar="VERDICT", help="Exit with 3 where a verdict is another one."),
    ] = None,
    thorough: Annotated[
        bool | None,
        typer.Option(
            "--thorough/--quick",
            help="Search for the watermark of cropped, mirrored or turned pictures, too, which "
            f"takes about a second each; on by itself for up to {SEARCHED} files.",
            show_default=False,
        ),
    ] = None,
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
    index: Annotated[
        bool,
        typer.Option("--index", help="Look for earlier copies, whole or in part, in the index."),
    ] = False,
    index_path: IndexPath = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Fetch the C2PA manifest of a picture that only points at one. Whoever runs that "
            "server learns that, when and from which address you examine the picture.",
        ),
    ] = False,
    trust: Annotated[
        str | None,
        typer.Option(
            metavar="PROFILE",
            help="Whom to trust: this-installation, official (the default) or interim.",
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
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=64,
            help=f"How many to examine at a time; by default a few, up to {MOST_JOBS}, by their "
            "number and that of the processors.",
        ),
    ] = None,
) -> None:
    """Say where pictures came from, as far as their marks tell.

    Nothing but the report is written, nothing is fetched without --online. Exit codes: 0 done; 1 a
    file could not be read (the others are still reported), whatever else; 2 wrong usage; 3 --expect
    differs, for each file that is named on stderr.
    """
    from zoo.circumstances import circumstances
    from zoo.verifying import verify_many
    from zoo_provenance.record import read_record
    from zoo_provenance.trust import load_trust

    from .verify_files import expand
    from .verify_page import reported
    from .verify_progress import with_progress
    from .verify_table import TextOutput
    from .verify_tally import Tally

    _check_expected(expect)
    expanded = expand(paths)
    files = expanded.files
    believed = load_trust(profile=None if trust is None else profile_named(trust))
    setting = circumstances(believed)
    output = _output(as_json, as_csv, long, setting, expanded.passed_over, alone=len(files) == 1)
    note_failures()
    expanded.note_passed_over()
    search = len(files) <= SEARCHED if thorough is None else thorough
    replays = replay or record is not None
    ask = partial(
        verify_many,
        trust=believed,
        thorough=search,
        replay=replay,
        record=None if record is None else read_record(record),
        index=index_path or index,
        online=online,
        thumbnails=report is not None,
        jobs=jobs or (1 if replays else _default_jobs(len(files), search)),
    )
    answers = _answers(files, ask)
    if report is not None:
        answers = reported(answers, report, believed, expanded.passed_over, force=force)
    tally = Tally(expect)
    watched = with_progress(answers, len(files), rows=isinstance(output, TextOutput))
    try:
        with output, contextlib.closing(watched) as shown:
            for answer in shown:
                with uninterrupted():
                    output.add(answer)
                    tally.add(answer)
    except KeyboardInterrupt:
        note(f"interrupted: {tally.done} of {len(files)} examined")
        raise typer.Exit(130) from None
    if thorough is None:
        tally.note_in_part(SEARCHED)
    if tally.exit_code:
        raise typer.Exit(tally.exit_code)


def _check_expected(expect: str | None) -> None:
    if expect is None:
        return
    from zoo.errors import UnknownNameError
    from zoo_provenance.verdict import VerdictName

    names = [str(n) for n in VerdictName]
    if expect not in names:
        raise UnknownNameError("verdict", expect, names, f"(one of: {', '.join(names)})")


def _output(
    as_json: bool,
    as_csv: bool,
    long: bool,
    setting: Circumstances,
    passed_over: list[Path],
    *,
    alone: bool,
) -> Output:
    from zoo.errors import UsageError

    from .verify_csv import CsvOutput
    from .verify_json import JsonOutput
    from .verify_table import TextOutput

    if as_json + as_csv + long > 1:
        raise UsageError("--json, --csv and --long are three ways to tell it; choose one")
    if as_json:
        return JsonOutput(setting, passed_over)
    return CsvOutput() if as_csv else TextOutput(setting, long=long or alone, alone=alone)


def _default_jobs(count: int, search: bool) -> int:
    """As many processes as there is work for: each takes a second to start."""
    each = 2 if search else 16
    processors = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    return max(1, min(processors, MOST_JOBS, count // each))


def _answers(files: list[Unread | Path], ask: Ask) -> Iterator[Answer]:
    """Examine the paths; what is known to be unreadable stays in its place."""
    from zoo.verifying import Unread

    found = ask(entry for entry in files if isinstance(entry, Path))
    for entry in files:
        yield entry if isinstance(entry, Unread) else next(found)
