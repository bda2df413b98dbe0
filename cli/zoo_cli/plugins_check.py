"""``zoo plugins check``: whether what a plugin brings keeps Zoo's contracts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.testing.apart import Checked


def check(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A plugin of: zoo plugins list; or a package.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Check that everything a plugin brings keeps Zoo's contracts.

    Its models, measures, rewards and examiners are tried, clause by clause, in a process of their
    own. The exit code is 1 where one fails, or ends that process.
    """
    from zoo.testing.apart import checked_apart

    brings: list[dict[str, Any]] = []
    failed = 0
    for checked in checked_apart(name, lambda what: note(printable(f"checking {what} …"))):
        failed += sum(outcome.state == "fails" for outcome in checked.outcomes)
        if as_json:
            brings.append(_table(checked))
        else:
            _print(checked)
    if as_json:
        print_json({"schema": 1, "plugin": name, "holds": not failed, "brings": brings})
    if failed:
        note("1 check fails" if failed == 1 else f"{failed} checks fail")
        raise typer.Exit(1)


def _table(checked: Checked) -> dict[str, Any]:
    checks = [vars(outcome) for outcome in checked.outcomes]
    return {"hook": checked.hook, "name": checked.name, "checks": checks}


def _print(checked: Checked) -> None:
    print_result(printable(f"{checked.name}  ({checked.hook})"))
    for outcome in checked.outcomes:
        print_result(printable(f"  {outcome}"))
    if not checked.outcomes:
        print_result("  there are no checks for these")
    sys.stdout.flush()
