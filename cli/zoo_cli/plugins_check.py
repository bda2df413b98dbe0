"""``zoo plugins check``: whether what a plugin brings keeps Zoo's contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.testing.contract import Report
    from zoo.testing.plugins import Brought


def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A plugin of: zoo plugins list")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Check that everything a plugin brings keeps Zoo's contracts.

    Its models, measures, rewards and examiners are tried, clause by clause. The exit code is 1
    where one fails.
    """
    from zoo.testing.plugins import things_of

    brings: list[dict[str, Any]] = []
    failed = 0
    for brought in things_of(name):
        note(printable(f"checking {brought.name} …"))
        report = brought.check()
        failed += len(report.failed)
        if as_json:
            brings.append(_table(brought, report))
        else:
            _print(brought, report)
    if as_json:
        print_json({"schema": 1, "plugin": name, "holds": not failed, "brings": brings})
    if failed:
        note("1 check fails" if failed == 1 else f"{failed} checks fail")
        raise typer.Exit(1)


def _table(brought: Brought, report: Report) -> dict[str, Any]:
    checks = [vars(outcome) for outcome in report.outcomes]
    return {"hook": brought.hook, "name": brought.name, "checks": checks}


def _print(brought: Brought, report: Report) -> None:
    print_result(printable(f"{brought.name}  ({brought.hook})"))
    for outcome in report.outcomes:
        print_result(printable(f"  {outcome}"))
    if not report.outcomes:
        print_result("  there are no checks for these")
