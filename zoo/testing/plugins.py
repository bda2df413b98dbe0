"""Checking everything that a plugin brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from zoo.boundary import contained
from zoo.errors import ContractError, PluginError, UnknownNameError
from zoo.origin import with_origin
from zoo.plugins import PluginManager, plugin_manager

from .contract import Report

MODULE = "module"


@dataclass(frozen=True)
class Brought:
    """One thing that a plugin brings under a hook; or, under :data:`MODULE`, its module."""

    hook: str
    thing: Any

    @property
    def name(self) -> str:
        """A card's id, or the thing's name."""
        if self.hook == MODULE:
            return str(self.thing.__name__)
        return str(getattr(self.thing, "id", None) or self.thing.name)

    def check(self) -> Report:
        """How its checks go, whether they hold or not; trainers and judges have none. It may take
        a while. What it prints goes to stderr under its name."""
        from .examiners import check_examiner
        from .generators import check_generator
        from .measures import check_measure
        from .modules import check_module
        from .rewards import check_reward

        checks: dict[str, Callable[[Any], Report]] = {
            MODULE: lambda module: check_module(module.__name__),
            "zoo_models": check_generator,
            "zoo_measures": check_measure,
            "zoo_rewards": check_reward,
            "zoo_examiners": check_examiner,
        }
        if self.hook not in checks:
            return Report(self.name, ())
        try:
            with contained(with_origin(self.name, self.hook, self.name), builds=True):
                return checks[self.hook](self.thing)
        except ContractError as error:
            return error.report


def things_of(name: str) -> list[Brought]:
    """What a loaded plugin brings, or those of a package, to be checked one by one:
    ``thing.check()``.

    Raises UnknownNameError for a plugin that is not installed, PluginError for one that did not
    load or is left out by ZOO_PLUGINS.
    """
    manager = plugin_manager()
    found = []
    for plugin in _named(manager, name):
        module = manager.pluggy.get_plugin(plugin)
        if isinstance(module, ModuleType):
            found.append(Brought(MODULE, module))
        found += [Brought(hook, thing) for hook, thing in manager.brings(plugin)]
    return found


def _named(manager: PluginManager, name: str) -> list[str]:
    """The plugin of this name, or all of the package of this name."""
    for plugin in manager.loaded:
        if plugin.name == name:
            return [name]
    of_package = [plugin.name for plugin in manager.loaded if plugin.package == name]
    for failure in manager.failures:
        if failure.name == name or (failure.package == name and not of_package):
            raise PluginError(f"plugin {failure.name} did not load: {failure.error}")
    if of_package:
        return of_package
    if name in manager.skipped:
        raise PluginError(f"plugin {name} is left out: it is not in ZOO_PLUGINS")
    known = [plugin.name for plugin in manager.loaded]
    raise UnknownNameError("plugin", name, known, "(zoo plugins lists them)")
