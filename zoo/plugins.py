"""The one plugin manager: loads entry points of the group ``zoo``, one by one.

A plugin that cannot be imported, registers a name that is taken, or answers nonsense is left out
and reported; everything else works. ``ZOO_PLUGINS`` chooses (unset: all; empty: none; else the
names, comma-separated). ``ZOO_STRICT=1`` raises instead of reporting.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from . import hookspecs
from .answers import (
    check_examiners,
    check_judges,
    check_measures,
    check_models,
    check_rewards,
    check_schemes,
    check_trainers,
)
from .card import Card
from .errors import PluginError, ZooError

if TYPE_CHECKING:
    from zoo_provenance.evidence import Examiner

    from .judge import Judge
    from .measure import Measure
    from .reward import Reward
    from .scheme import Scheme
    from .training.trainer import Trainer

GROUP = "zoo"
OURS = "zoo-generators"

_CHECKS: dict[str, Callable[[object], list[tuple[str, Any]]]] = {
    "zoo_models": check_models,
    "zoo_examiners": check_examiners,
    "zoo_trainers": check_trainers,
    "zoo_judges": check_judges,
    "zoo_rewards": check_rewards,
    "zoo_measures": check_measures,
    "zoo_schemes": check_schemes,
}


@dataclass(frozen=True)
class Loaded:
    """A plugin that works: its entry point's name, its package and what it implements."""

    name: str
    package: str
    version: str
    hooks: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A plugin that does not, and why. ``package`` is empty where none is known."""

    name: str
    package: str
    version: str
    error: str


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

    def load(self, entry: EntryPoint) -> None:
        """Load one entry point; a failure is kept (or raised, where ``strict``)."""
        package = entry.dist.name if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        try:
            if any(plugin.name == entry.name for plugin in self.loaded):
                raise PluginError(f"another package already has a plugin {entry.name!r}")
            hooks = self._register(entry.name, entry.load())
        except (Exception, SystemExit) as error:
            if self.strict:
                raise
            self.failures.append(Failure(entry.name, package, version, _describe(error)))
        else:
            self.loaded.append(Loaded(entry.name, package, version, hooks))

    def report_unknown(self, name: str, known: Iterable[str]) -> None:
        """ZOO_PLUGINS names a plugin that is not installed."""
        error = f"ZOO_PLUGINS names it, but no package brings it; installed: {', '.join(known)}"
        if self.strict:
            raise PluginError(f"{name}: {error}")
        self.failures.append(Failure(name, "", "", error))

    def _register(self, name: str, plugin: object) -> tuple[str, ...]:
        try:
            self.pluggy.register(plugin, name)
            self.pluggy.check_pending()
            callers = self.pluggy.get_hookcallers(plugin) or []
            hooks = tuple(sorted(caller.name for caller in callers))
            if not hooks:
                raise PluginError(
                    f"it implements none of Zoo's hooks ({', '.join(_CHECKS)}); is one "
                    "decorated with zoo.hookimpl?"
                )
            self._accept({hook: self._ask(plugin, hook) for hook in hooks})
        except BaseException:
            if self.pluggy.has_plugin(name):
                self.pluggy.unregister(name=name)
            raise
        return hooks

    def _ask(self, plugin: object, hook: str) -> list[tuple[str, Any]]:
        others = [p for p in self.pluggy.get_plugins() if p is not plugin]
        (answer,) = self.pluggy.subset_hook_caller(hook, others)() or [None]
        return _CHECKS[hook](answer)

    def _accept(self, answers: dict[str, list[tuple[str, Any]]]) -> None:
        """Keep all answers of a plugin, or none."""
        for hook, found in answers.items():
            names = [name for name, _ in found]
            for name in names:
                if name in self._answers[hook] or names.count(name) > 1:
                    raise PluginError(f"{hook}: the name {name!r} is already taken")
        for hook, found in answers.items():
            self._answers[hook].update(found)


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
    package = entry.dist.name if entry.dist else ""
    return package != OURS, package, entry.name


def _describe(error: BaseException) -> str:
    if isinstance(error, ZooError):
        return str(error)
    return f"{type(error).__name__}: {error}"
