"""``zoo data check``: what is wrong with a data set, and leaving it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.data.check import Problem, Report

EXAMPLES = 3
MOST_LISTED = 1000  # of each kind in --json


def check(
    source: Annotated[
        Path, typer.Argument(help="A packed data set, or a folder of pictures before packing.")
    ],
    sheet: Annotated[
        Path | None, typer.Option(help="Write a PNG with examples of each problem.")
    ] = None,
    drop: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="Leave pictures out of the data set: kinds of problems, comma-separated, or "
            "'default' for blank, duplicates and leaks.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With --drop: write there, and keep the data set.")
    ] = None,
    near: Annotated[
        int, typer.Option(min=0, max=64, help="Bits of 256 that near duplicates may differ in.")
    ] = 16,
    blur: Annotated[
        float, typer.Option(min=0, max=1, help="Share of a label's median sharpness that is blur.")
    ] = 0.1,
    few: Annotated[int, typer.Option(min=0, help="Fewer pictures are too few for a label.")] = 20,
    tiny: Annotated[
        int, typer.Option(min=1, help="Least side in pixels; for folders that are not packed.")
    ] = 64,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for duplicates, leaks into the test split, and spoilt or scarce pictures.

    Nothing is changed without --drop. Near duplicates are reported and stay: the frames of a
    turntable or a burst are near by nature; --drop default,near drops them too.
    """
    from zoo.errors import UsageError

    if out is not None and drop is None:
        raise UsageError("--out is where --drop writes; say what to drop: --drop default")
    from zoo.data.check import Settings
    from zoo.data.check import check as check_source
    from zoo.data.check_drop import drop as drop_from
    from zoo.data.check_drop import kinds_to_drop
    from zoo.data.check_sheet import write_sheet
    from zoo.data.check_sources import open_source
    from zoo.data.rewriting import recover

    recover(source)
    found = open_source(source)
    kinds = kinds_to_drop(drop, found) if drop is not None else ()
    if found.archives:
        note(f"{found.archives:,} archives in it are looked into when they are packed, not here")
    with watching("checking", sum(found.splits.values())) as advance:
        report = check_source(found, Settings(near, blur, few, tiny), advance)
    if sheet is not None:
        write_sheet(report, sheet)
    dropped = drop_from(report, kinds, out) if kinds else {}
    if json:
        print_json(_table(report, dropped))
    else:
        for line in _lines(report):
            print_result(printable(line))
    _next(report, sheet, dropped, out)


@contextmanager
def watching(what: str, total: int) -> Iterator[Callable[[int], object]]:
    """A progress bar on stderr where a person watches."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (*Progress.get_default_columns()[:3], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


def _lines(report: Report) -> Iterator[str]:
    parts = ", ".join(f"{count:,} {split}" for split, count in report.source.splits.items())
    yield f"{report.source.about}: {parts}"
    for kind, problems in report.problems.items():
        yield f"  {kind:<12}{len(problems):>7,}  {report.meaning(kind)}"
        for problem in problems[:EXAMPLES]:
            yield f"  {'':<21}{_example(report, problem)}"
    yield from _balance_lines(report)
    if any(report.source.history.values()):
        parts = ", ".join(f"{count:,} {what}" for what, count in report.source.history.items())
        yield f"  when it was packed: {parts} (data.json names them)"


def _example(report: Report, problem: Problem) -> str:
    name = report.source.name
    other = f" = {problem.other[0]} {name(*problem.other)}" if problem.other else ""
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{problem.split} {name(problem.split, problem.index)}{other}{detail}"


def _balance_lines(report: Report) -> Iterator[str]:
    counts = report.balance.counts
    if not counts:
        yield "  no labels: zoo data cluster finds groups and gives them names"
        return
    ordered = sorted(counts, key=lambda name: counts[name])
    least, most = ordered[0], ordered[-1]
    yield (
        f"  labels      {len(counts):>7,}  from {counts[least]:,} ({least}) to {counts[most]:,} "
        f"({most}) pictures, {report.balance.ratio:.1f} to 1"
    )
    if few := report.balance.few:
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        yield (
            f"  too few     {len(few):>7,}  labels with fewer than {report.settings.few} "
            f"pictures: {', '.join(few[:5])}{more}"
        )


def _table(report: Report, dropped: dict[str, int]) -> dict[str, Any]:
    return {
        "schema": 1,
        "source": str(report.source.folder),
        "about": report.source.about,
        "packed": report.source.packed,
        "pictures": report.source.splits,
        "settings": vars(report.settings),
        "problems": {
            kind: {
                "count": len(problems),
                "pictures": [_entry(report, problem) for problem in problems[:MOST_LISTED]],
            }
            for kind, problems in report.problems.items()
        },
        "labels": {
            "counts": report.balance.counts,
            "ratio": round(report.balance.ratio, 3),
            "few": list(report.balance.few),
        },
        "packing": report.source.history,
        "dropped": dropped,
    }


def _entry(report: Report, problem: Problem) -> dict[str, Any]:
    def picture(split: str, index: int) -> dict[str, Any]:
        return {"split": split, "index": index, "path": report.source.name(split, index)}

    other = {"other": picture(*problem.other)} if problem.other else {}
    detail = {"detail": problem.detail} if problem.detail else {}
    return {**picture(problem.split, problem.index), **other, **detail}


def _next(report: Report, sheet: Path | None, dropped: dict[str, int], out: Path | None) -> None:
    from zoo.data.check import DEFAULT_DROP

    if sheet is not None:
        note(f"examples are in {sheet}")
    folder = report.source.folder
    if any(dropped.values()):
        what = ", ".join(f"{count:,} {kind}" for kind, count in dropped.items() if count)
        note(f"dropped {what}; {out or folder}/data.json names them")
    elif dropped:
        note("there was nothing to drop")
    if not report.source.packed:
        note(f"pack it: zoo data prepare {folder} OUT")
    elif not dropped and any(report.count(kind) for kind in DEFAULT_DROP):
        note(f"to leave out the worst: zoo data check {folder} --drop default")
    else:
        note(f"train on it: zoo train RECIPE --data {out or folder}")
