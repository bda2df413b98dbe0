"""The one plugin manager: loads entry points of the group ``zoo``, one by one.

A plugin that cannot be imported, registers a name that is taken, or answers nonsense is left out
and reported; everything else works. ``ZOO_PLUGINS`` chooses (unset: all; empty: none; else the
names, comma-separated). ``ZOO_STRICT=1`` raises instead of reporting.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from . import hookspecs
from .answers import (
    check_commands,
    check_examiners,
    check_judges,
    check_measures,
    check_models,
    check_rewards,
    check_schemes,
    check_trainers,
)
from .boundary import contained, named_if_slow
from .card import Card
from .errors import PluginError, UnknownNameError
from .groups import GROUP, OURS
from .one_line import in_one_line
from .packages import package_of

if TYPE_CHECKING:
    from zoo_provenance.evidence import Examiner

    from .command import Command
    from .judge import Judge
    from .measure import Measure
    from .reward import Reward
    from .scheme import Scheme
    from .training.trainer import Trainer

_CHECKS: dict[str, Callable[[object], list[tuple[str, Any]]]] = {
    "zoo_models": check_models,
    "zoo_examiners": check_examiners,
    "zoo_trainers": check_trainers,
    "zoo_judges": check_judges,
    "zoo_rewards": check_rewards,
    "zoo_measures": check_measures,
    "zoo_schemes": check_schemes,
    "zoo_commands": check_commands,
}


@dataclass(frozen=True)
class Loaded:
    """A plugin that works: its entry point's name, its package, what it implements, and how many
    seconds it took to import it and to ask its hooks."""

    name: str
    package: str
    version: str
    hooks: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        return _in_words(self.name, self.package, self.version)


@dataclass(frozen=True)
class Failure:
    """A plugin that does not, and why. ``package`` is empty where none is known."""

    name: str
    package: str
    version: str
    error: str
    seconds: float = 0.0


class PluginManager:
    """What the loaded plugins bring, which failed, and which ZOO_PLUGINS leaves out."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.pluggy = pluggy.PluginManager(GROUP)
        self.pluggy.add_hookspecs(hookspecs)
        self.loaded: list[Loaded] = []
        self.failures: list[Failure] = []
        self.skipped: list[str] = []
        self._answers: dict[str, dict[str, Any]] = {hook: {} for hook in _CHECKS}
        self._owners: dict[tuple[str, str], str] = {}

    def cards(self) -> tuple[Card, ...]:
        """All cards, in the order of registration."""
        return tuple(self._answers["zoo_models"].values())

    def examiners(self) -> tuple[Examiner, ...]:
        """All registered examiners, in the order of registration."""
        return tuple(self._answers["zoo_examiners"].values())

    def trainers(self) -> dict[str, Trainer]:
        """All trainers by name."""
        return dict(self._answers["zoo_trainers"])

    def judges(self) -> dict[str, Judge]:
        """All judges by name."""
        return dict(self._answers["zoo_judges"])

    def rewards(self) -> dict[str, Reward]:
        """All rewards by name."""
        return dict(self._answers["zoo_rewards"])

    def measures(self) -> dict[str, Measure]:
        """All measures by name."""
        return dict(self._answers["zoo_measures"])

    def schemes(self) -> dict[str, Scheme]:
        """All schemes by prefix."""
        return dict(self._answers["zoo_schemes"])

    def commands(self) -> dict[str, Command]:
        """All commands by name."""
        return dict(self._answers["zoo_commands"])

    def names(self, hook: str) -> tuple[str, ...]:
        """The names of what ``hook`` brings: a card's is its id."""
        return tuple(self._answers[hook])

    def owner(self, hook: str, name: str) -> Loaded | None:
        """The plugin whose ``hook`` brings ``name``."""
        plugin = self._owners.get((hook, name))
        return next((loaded for loaded in self.loaded if loaded.name == plugin), None)

    def failed(self) -> str:
        """The end of a hint about a name that nobody knows: a plugin that did not load may bring
        it. Empty where all loaded."""
        count = len(self.failures)
        if not count:
            return ""
        return f"; {count} plugin{'s' * (count > 1)} did not load, see zoo plugins"

    def brings(self, plugin: str) -> list[tuple[str, Any]]:
        """What a loaded plugin brings: a hook, and one of the things that it answered."""
        owned = (key for key, owner in self._owners.items() if owner == plugin)
        return [(hook, self._answers[hook][name]) for hook, name in owned]

    def load(self, entry: EntryPoint) -> None:
        """Load one entry point; a failure is kept (or raised, where ``strict``)."""
        package, version = package_of(entry)
        start = time.perf_counter()
        try:
            for other in self.loaded:
                if other.name == entry.name:
                    raise PluginError(
                        f"another package already has a plugin {entry.name!r}: {other.package}"
                    )
            who = _in_words(entry.name, package, version)
            with named_if_slow(who), contained(who, builds=True):
                hooks = self._register(entry.name, entry.load())
        except (Exception, SystemExit) as error:
            if self.strict:
                raise
            took = time.perf_counter() - start
            self.failures.append(Failure(entry.name, package, version, in_one_line(error), took))
        else:
            took = time.perf_counter() - start
            self.loaded.append(Loaded(entry.name, package, version, hooks, took))

    def report_unknown(self, name: str, known: Iterable[str]) -> None:
        """ZOO_PLUGINS names a plugin that is not installed."""
        error = f"ZOO_PLUGINS names it, but no package brings it; installed: {', '.join(known)}"
        if self.strict:
            raise PluginError(f"{name}: {error}")
        self.failures.append(Failure(name, "", "", error))

    def _register(self, name: str, plugin: object) -> tuple[str, ...]:
        try:
            self.pluggy.register(plugin, name)
            callers = self.pluggy.get_hookcallers(plugin) or []
            for caller in callers:
                if not caller.has_spec():
                    raise UnknownNameError("hook", caller.name, _CHECKS)
            hooks = tuple(sorted(caller.name for caller in callers))
            if not hooks:
                raise PluginError(
                    f"it implements none of Zoo's hooks ({', '.join(_CHECKS)}); is one "
                    "decorated with zoo.hookimpl?"
                )
            self._accept(name, {hook: self._ask(plugin, hook) for hook in hooks})
        except BaseException:
            if self.pluggy.has_plugin(name):
                self.pluggy.unregister(name=name)
            raise
        return hooks

    def _ask(self, plugin: object, hook: str) -> list[tuple[str, Any]]:
        others = [p for p in self.pluggy.get_plugins() if p is not plugin]
        (answer,) = self.pluggy.subset_hook_caller(hook, others)() or [None]
        return _CHECKS[hook](answer)

    def _accept(self, plugin: str, answers: dict[str, list[tuple[str, Any]]]) -> None:
        """Keep all answers of a plugin, or none."""
        for hook, found in answers.items():
            names = [name for name, _ in found]
            for name in names:
                if names.count(name) > 1:
                    raise PluginError(f"{hook}: two things have the name {name!r}")
                if name in self._answers[hook]:
                    owner = self.owner(hook, name)
                    raise PluginError(f"{hook}: the name {name!r} is already taken by {owner}")
        for hook, found in answers.items():
            self._answers[hook].update(found)
            self._owners.update(dict.fromkeys(((hook, name) for name, _ in found), plugin))


def load_plugins(
    entries: Iterable[EntryPoint], *, chosen: str | None = None, strict: bool = False
) -> PluginManager:
    """Load entry points, Zoo's own first so that nobody takes their names, then by package.

    ``chosen`` is what ZOO_PLUGINS holds.
    """
    manager = PluginManager(strict=strict)
    ordered = sorted(entries, key=_order)
    known = [entry.name for entry in ordered]
    names = known if chosen is None else [n.strip() for n in chosen.split(",") if n.strip()]
    for name in names:
        if name not in known:
            manager.report_unknown(name, known)
    for entry in ordered:
        if entry.name in names:
            manager.load(entry)
        else:
            manager.skipped.append(entry.name)
    return manager


@cache
def plugin_manager() -> PluginManager:
    """The manager of this process, with every installed plugin that ZOO_PLUGINS lets in."""
    return load_plugins(
        entry_points(group=GROUP),
        chosen=os.environ.get("ZOO_PLUGINS"),
        strict=os.environ.get("ZOO_STRICT") == "1",
    )


def _order(entry: EntryPoint) -> tuple[bool, str, str]:
    package = package_of(entry).name
    return package != OURS, package, entry.name


def _in_words(name: str, package: str, version: str) -> str:
    return f"plugin {name} of {package} {version}" if package else f"plugin {name}"
