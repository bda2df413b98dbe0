"""``zoo plugins``: what is loaded, from where, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import plugins_check, plugins_install, plugins_new
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.plugins import Failure, Loaded, PluginManager

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]

app = typer.Typer(help="Plugins: list, check, begin, install and remove them.")


@app.callback(invoke_without_command=True)
def plugins(context: typer.Context, as_json: AsJson = False) -> None:
    """Plugins: list, check, begin, install and remove them.

    Alone it lists them, as zoo plugins list does.
    """
    if context.invoked_subcommand is None:
        list_plugins(as_json)


def list_plugins(as_json: AsJson = False) -> None:
    """List the plugins: what is loaded, from which package, and what failed and why.

    ZOO_PLUGINS chooses: unset loads all, empty none, otherwise names separated by commas.
    """
    from zoo.plugins import plugin_manager

    entries = _entries(plugin_manager())
    if as_json:
        print_json({"schema": 1, "plugins": entries})
        return
    for entry in entries:
        print_result(_line(entry))
    if not entries:
        note("no package registers a plugin")


def note_failures() -> None:
    """Report on stderr each plugin that did not load; for commands that ask plugins."""
    from zoo.plugins import plugin_manager

    for failure in plugin_manager().failures:
        note(printable(f"plugin {failure.name} did not load: {failure.error}"))


def _entries(manager: PluginManager) -> list[dict[str, Any]]:
    return [
        *(_entry(p, "loaded", hooks=p.hooks) for p in manager.loaded),
        *(_entry(f, "failed", error=f.error) for f in manager.failures),
        *(_table(name, "off") for name in manager.skipped),
    ]


def _entry(
    plugin: Loaded | Failure, state: str, *, hooks: tuple[str, ...] = (), error: str | None = None
) -> dict[str, Any]:
    return _table(plugin.name, state) | {
        "package": plugin.package or None,
        "version": plugin.version or None,
        "hooks": list(hooks),
        "milliseconds": round(1e3 * plugin.seconds, 1),
        "error": error,
    }


def _table(name: str, state: str) -> dict[str, Any]:
    """What is known of a plugin that was not asked anything."""
    return {
        "name": name,
        "state": state,
        "package": None,
        "version": None,
        "hooks": [],
        "milliseconds": None,
        "error": None,
    }


def _line(entry: dict[str, Any]) -> str:
    text = f"{entry['name']:<12} {entry['state']:<7}"
    if entry["milliseconds"] is not None:
        text += f" {entry['milliseconds']:6.0f} ms"
    if entry["package"]:
        text += f"  {entry['package']} {entry['version']}"
    if entry["hooks"]:
        text += f"  ({', '.join(entry['hooks'])})"
    if entry["error"]:
        text += f"  {entry['error']}"
    return printable(text + ("  (not in ZOO_PLUGINS)" if entry["state"] == "off" else ""))


app.command("list")(list_plugins)
app.command("new")(plugins_new.new)
app.command("install")(plugins_install.install)
app.command("remove")(plugins_install.remove)
app.command("freeze")(plugins_install.freeze)
app.command("check")(plugins_check.check)
