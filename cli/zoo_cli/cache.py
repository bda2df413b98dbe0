"""``zoo cache``: models of the Hub on this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.hub.cached import Kept

app = typer.Typer(
    help="List or remove models of the Hub that were fetched (in the Hub's own cache: HF_HOME).",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models that Zoo can run, their size, and what means them."""
    from zoo.hub.cached import list_cache

    note_failures()
    there = list_cache()
    if json:
        print_json({"schema": 1, "models": [_table(kept) for kept in there]})
        return
    for kept in there:
        print_result(_line(kept))
    if not there:
        note("no model of the Hub has been fetched; zoo pull hf-hub:OWNER/NAME fetches one")


@app.command("prune")
def prune(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="hf-hub:OWNER/NAME, or one commit of it."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
    json: Json = False,
) -> None:
    """Remove models: those named, or else those that no locked name and no plugin means any more.

    Shows what goes and what that frees, and asks. What other programs keep in the cache stays.
    """
    from zoo.errors import UsageError
    from zoo.hub.cached import plan_pruning

    note_failures()
    plan = plan_pruning(names or ())
    if not json:
        for kept in plan.kept:
            print_result(_line(kept))
    if plan.kept and not yes:
        if json or not sys.stdin.isatty():
            raise UsageError(
                f"{len(plan.kept)} models would be removed, which frees {plan.frees:,} bytes: say "
                "--yes to do it unasked"
            )
        yes = typer.confirm(f"Remove these and free {plan.frees:,} bytes?", err=True)
    removed = bool(plan.kept) and yes
    if removed:
        plan.execute()
    if json:
        models = [_table(kept) for kept in plan.kept]
        print_json({"schema": 1, "removed": models, "freed": plan.frees})
    elif removed:
        note(f"{plan.frees:,} bytes are free again")
    else:
        note("nothing was removed" if plan.kept else "there is nothing to remove")


def _table(kept: Kept) -> dict[str, Any]:
    return {"source": str(kept.reference), "size": kept.size, "used_by": list(kept.used_by)}


def _line(kept: Kept) -> str:
    used = ", ".join(kept.used_by) or "nothing"
    return printable(f"{kept.reference}  {kept.size:,} bytes  used by {used}")
