"""``zoo plugins new``: begin a plugin of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from zoo.scaffolding.kinds import PluginKind

from .output import note, print_result, printable


def new(
    package: Annotated[str, typer.Argument(help="Its name, zoo-NAME.", metavar="zoo-NAME")],
    kind: Annotated[PluginKind, typer.Option(help="What the plugin brings.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder to make; zoo-NAME, here, without it.")
    ] = None,
) -> None:
    """Begin a plugin: a complete small package that installs and passes its own tests."""
    from zoo.scaffolding.create import new_plugin

    written = new_plugin(package, kind, out)
    for file in written:
        print_result(printable(str(file)))
    folder = shlex.quote(str(out or Path(package)))
    note(
        printable(
            f"{len(written)} files. Next: cd {folder} && zoo plugins install -e '.[test]' && pytest"
        )
    )
