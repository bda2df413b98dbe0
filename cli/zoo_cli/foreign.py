"""The commands that plugins add to ``zoo``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from zoo.command import Command

_OF_COMPLETION = ("install_completion", "show_completion")


class ZooGroup(TyperGroup):
    """Zoo's commands, then those of plugins. A plugin's module is imported when its command runs,
    not for the list."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command of Zoo's or of a plugin's, or None; says then which plugins did not load."""
        if own := super().get_command(ctx, cmd_name):
            return own
        if cmd_name.startswith("-"):
            return None
        if found := _commands().get(cmd_name):
            return _load(found)
        from .plugins import note_failures

        note_failures()
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Zoo's own; then, under a heading of their own, those of plugins."""
        super().format_commands(ctx, formatter)
        rows = [(command.name, command.summary) for command in _commands().values()]
        if rows:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what a plugin's raises is told in one line, as all errors are."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            name = ctx.invoked_subcommand
            if name in self.commands or _is_meant(error) or os.environ.get("ZOO_STRICT") == "1":
                raise
            from zoo.errors import PluginError
            from zoo.one_line import in_one_line

            raise PluginError(
                f"{_who(str(name))} failed: {in_one_line(error)} (ZOO_STRICT=1 shows where)"
            ) from error


def _commands() -> dict[str, Command]:
    """Of packages other than Zoo's, which brings none: without any, no plugin need be loaded."""
    from importlib.metadata import entry_points

    from zoo.groups import GROUP, OURS

    if all(entry.dist and entry.dist.name == OURS for entry in entry_points(group=GROUP)):
        return {}
    from zoo.plugins import plugin_manager

    return plugin_manager().commands()


def _load(command: Command) -> Any:
    from zoo.errors import PluginError
    from zoo.factories import import_attribute

    who = _who(command.name)
    app = import_attribute(command.factory, who)
    if not isinstance(app, typer.Typer):
        raise PluginError(
            f"{who}: {command.factory} is of type {type(app).__name__}; expected a typer.Typer"
        )
    if not (app.registered_commands or app.registered_groups or app.registered_callback):
        raise PluginError(f"{who}: {command.factory} has no commands")
    app.rich_markup_mode = None  # plain help and errors, as Zoo's own commands have
    loaded = typer.main.get_command(app)
    # Zoo offers no completion; a Typer does unless it is told not to.
    loaded.params = [p for p in loaded.params if p.name not in _OF_COMPLETION]
    return loaded


def _who(name: str) -> str:
    from zoo.origin import with_origin

    return with_origin(f"the command {name!r}", "zoo_commands", name)


def _is_meant(error: Exception) -> bool:
    """Errors that say on purpose what is wrong, and the signals that end a command."""
    from zoo.errors import ZooError
    from zoo_provenance.errors import ProvenanceError

    expected = (ZooError, ProvenanceError, OSError, typer.Exit, typer.Abort)
    # Typer's errors of usage have no public base; all can print themselves.
    return isinstance(error, expected) or hasattr(error, "format_message")
