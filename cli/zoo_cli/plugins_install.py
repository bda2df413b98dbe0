"""``zoo plugins install``, ``remove`` and ``freeze``: the packages that bring plugins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Annotated, Any

import typer

from .output import note, print_result, printable


def install(
    specs: Annotated[
        list[str], typer.Argument(help="Names, folders, wheels, git+https://…", metavar="SPEC…")
    ],
    editable: Annotated[
        bool,
        typer.Option("--editable", "-e", help="Folders: changes to them count at once."),
    ] = False,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", "-U", help="Take the newest versions that fit.")
    ] = False,
) -> None:
    """Install packages that bring plugins, with this environment's pip (or uv, where it has none).

    A plugin is a program: it can do whatever you can. Install those of people whom you trust.
    For options of the installer, run it yourself. The exit code is 1 where a plugin does not load.
    """
    from zoo.installing import install, installed_packages

    before, packages = {_key(p) for p in _listed()}, installed_packages()
    install(specs, editable=editable, upgrade=upgrade, announce=_announce)
    after = _listed()
    new = [p for p in after if _key(p) not in before]
    for plugin in new:
        line = f"{plugin['name']}  {plugin['state']}  {plugin['error'] or ''}"
        print_result(printable(line.rstrip()))
    if not new:
        _note_no_plugin(sorted(installed_packages() - packages))
        for plugin in (p for p in after if p["state"] == "failed"):
            note(printable(f"plugin {plugin['name']} still does not load: {plugin['error']}"))
    if any(plugin["state"] == "failed" for plugin in new):
        raise typer.Exit(1)


def remove(
    name: Annotated[str, typer.Argument(help="A plugin, or the package that brings it.")],
) -> None:
    """Uninstall the package that brings a plugin."""
    from zoo.installing import remove

    print_result(printable(f"removed {remove(name, announce=_announce)}"))


def freeze() -> None:
    """Print the packages that bring plugins, as lines for a requirements file."""
    from zoo.installing import freeze

    for line in freeze():
        print_result(printable(line))


def _key(plugin: dict[str, Any]) -> tuple[str | None, ...]:
    """What tells a plugin that came, went over to another version, or was put out by another."""
    return tuple(plugin[key] for key in ("name", "package", "version", "state", "error"))


def _note_no_plugin(packages: list[str]) -> None:
    from zoo.installing import undoing

    note("installed; no plugin came that was not there before (zoo plugins lists them)")
    if packages:
        note(printable(f"to undo it: {undoing(packages)}"))


def _announce(command: str) -> None:
    note(printable(f"running: {command}"))


def _listed() -> list[dict[str, Any]]:
    """The plugins as a process that starts now sees them: this one has read the packages."""
    done = subprocess.run(
        [sys.executable, "-m", "zoo_cli", "plugins", "list", "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "ZOO_STRICT": ""},
    )
    try:
        listed: list[dict[str, Any]] = json.loads(done.stdout)["plugins"]
    except (ValueError, KeyError):
        return []
    return listed
