"""``zoo plugins``: what is loaded, from where, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.plugins import PluginManager


def plugins(
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List the plugins: what is loaded, from which package, and what failed and why.

    ZOO_PLUGINS chooses: unset loads all, empty none, otherwise names separated by commas.
    """
    from zoo.plugins import plugin_manager

    entries = _entries(plugin_manager())
    if json:
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
    def entry(
        name: str,
        state: str,
        package: str = "",
        version: str = "",
        *,
        hooks: tuple[str, ...] = (),
        error: str | None = None,
    ) -> dict[str, Any]:
        return {
            "name": name,
            "state": state,
            "package": package or None,
            "version": version or None,
            "hooks": list(hooks),
            "error": error,
        }

    return [
        *(entry(p.name, "loaded", p.package, p.version, hooks=p.hooks) for p in manager.loaded),
        *(entry(f.name, "failed", f.package, f.version, error=f.error) for f in manager.failures),
        *(entry(name, "off") for name in manager.skipped),
    ]


def _line(entry: dict[str, Any]) -> str:
    text = f"{entry['name']:<12} {entry['state']:<7}"
    if entry["package"]:
        text += f" {entry['package']} {entry['version']}"
    if entry["hooks"]:
        text += f"  ({', '.join(entry['hooks'])})"
    if entry["error"]:
        text += f"  {entry['error']}"
    return printable(text + ("  (not in ZOO_PLUGINS)" if entry["state"] == "off" else ""))
