"""``zoo rate report``: what the answers of a study say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.rating.report.tables import Table
    from zoo.rating.summary import Summary

WIDTH = 96

StudyFile = Annotated[
    Path, typer.Argument(metavar="STUDY", help="The study's file.", show_default=False)
]
ExcludeFailed = Annotated[
    bool, typer.Option("--exclude-failed", help="Leave out who failed the catch trials.")
]


def report(
    study: StudyFile,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT.html", help="Write a page, too.")
    ] = None,
    exclude_failed: ExcludeFailed = False,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Of the bootstrap over raters.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace a page that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Say what people answered: error rates, preferences or ratings, with their intervals, how far
    raters agree, how long they took, and who failed the catch trials. It may be asked while people
    still rate."""
    from zoo.rating.report.page import write_page
    from zoo.rating.store import open_answers
    from zoo.rating.summary import summarise

    if html is not None:
        from zoo.report.rendering import check_page

        check_page(html, overwrite=force)
    answers = open_answers(study)
    summary = summarise(answers, seed=seed, exclude_failed=exclude_failed)
    if html is not None:
        write_page(summary, html, overwrite=force)
        note(f"report: {printable(str(html))}")
    if as_json:
        from .rate_json import as_table

        print_json(as_table(summary))
    else:
        from .rate_next import next_steps

        for line in _lines(summary):
            print_result(printable(line))
        for step in next_steps(summary, answers):
            note(printable(step))


def _lines(summary: Summary) -> Iterator[str]:
    from zoo.rating.report.found import findings
    from zoo.rating.report.trust import conditions, reliability

    yield f"{summary.study.kind}: {', '.join(summary.study.sets)}"
    for line in conditions(summary):
        yield from _paragraph(line)
    for table in [*findings(summary), *reliability(summary)]:
        yield ""
        yield table.title
        yield from _rows(table)
        for line in table.notes:
            yield from _paragraph(line)


def _rows(table: Table) -> Iterator[str]:
    if not table.rows:
        return
    cells = [table.columns, *table.rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        text = first[0].ljust(first[1]) + "".join(f"  {c.rjust(w)}" for c, w in others)
        yield f"  {text}".rstrip()


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ")
