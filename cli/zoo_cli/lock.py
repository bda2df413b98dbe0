"""``zoo lock``: which commit each name of the Hub means here."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import note, print_json, print_result

app = typer.Typer(
    help="List or change which commit each name of the Hub means: in hub.lock in the home of Zoo, "
    "or in the file that ZOO_LOCK names."
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="hf-hub:OWNER/NAME, or with @BRANCH or @TAG.")
]


@app.callback(invoke_without_command=True)
def list_names(context: typer.Context, json: Json = False) -> None:
    if context.invoked_subcommand is not None:
        return
    from zoo.hub.lock import lock_file, read_lock

    names = read_lock()
    if json:
        rows = [{"name": name, **vars(entry)} for name, entry in names.items()]
        print_json({"schema": 1, "file": str(lock_file()), "names": rows})
        return
    for name, entry in names.items():
        print_result(f"{entry.commit}  {entry.resolved}  {name}")
    if not names:
        note(f"no name of the Hub is locked yet ({lock_file()})")


@app.command("update")
def update(name: Name) -> None:
    """Ask the Hub again what a name means now, and lock that commit."""
    from zoo.errors import UsageError
    from zoo.hub.lock import locked
    from zoo.hub.reference import parse
    from zoo.hub.resolving import resolve_again

    reference = parse(name)
    if reference.commit:
        raise UsageError(f"{reference} is a commit, which never means anything else")
    before = locked(reference)
    after = resolve_again(reference).revision
    same = ", as before" if before == after else f" (before: {before})" if before else ""
    print_result(f"{reference}@{after}{same}" if not reference.revision else f"{after}{same}")


@app.command("remove")
def remove(name: Name) -> None:
    """Forget what a name means: it is resolved anew when it is used next."""
    from zoo.errors import UnknownNameError
    from zoo.hub.lock import changing
    from zoo.hub.reference import parse

    reference = str(parse(name))
    with changing() as names:
        if reference not in names:
            raise UnknownNameError("locked name", reference, names, "(zoo lock lists them)")
        commit = names.pop(reference).commit
    print_result(f"{reference} is free again (it was {commit})")
