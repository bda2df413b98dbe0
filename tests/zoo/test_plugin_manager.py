"""The plugin manager: a bad plugin is reported by name, and everything else works."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest

import zoo
from zoo.card import Card
from zoo.errors import PluginError
from zoo.plugins import load_plugins
from zoo_provenance.evidence import Kind

Register = Callable[..., EntryPoint]


def card(id: str) -> Card:
    return Card(id, "demo", "A demonstration", "nowhere:build", (8, 8), 0, "MIT", "nothing")


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """``register("name", zoo_models=…)`` is the entry point of a module with these hooks."""

    def make(name: str, **hooks: Callable[..., Any]) -> EntryPoint:
        module = types.ModuleType(f"plugin_{name}".replace("-", "_"))
        for hook, function in hooks.items():
            setattr(module, hook, zoo.hookimpl(function))
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return EntryPoint(name, module.__name__, "zoo")

    return make


@pytest.fixture
def good(register: Register) -> EntryPoint:
    return register("good", zoo_models=lambda: [card("good.one"), card("good.two")])


def raising() -> list[Card]:
    raise RuntimeError("no network today")


def leaving() -> list[Card]:
    sys.exit(4)


class Judge:
    name = "judge"
    kind = Kind.SIGNATURE

    def examine(self, subject: object) -> None: ...


BAD = {
    "raises": ({"zoo_models": raising}, "RuntimeError: no network today"),
    "exits": ({"zoo_models": leaving}, "SystemExit: 4"),
    "none": ({"zoo_models": lambda: None}, "expected a list"),
    "text": ({"zoo_models": lambda: ["stylegan"]}, "no Card"),
    "wrong-card": ({"zoo_models": lambda: [card("No Tag")]}, "architecture.tag"),
    "taken": (
        {"zoo_models": lambda: [card("own.one"), card("good.two")]},
        "'good.two' is already taken by plugin good",
    ),
    "twice": (
        {"zoo_models": lambda: [card("own.one"), card("own.one")]},
        "two things have the name 'own.one'",
    ),
    "arguments": ({"zoo_models": lambda path: []}, "PluginValidationError"),
    "unknown-hook": (
        {"zoo_modles": lambda: []},
        "unknown hook 'zoo_modles'; did you mean 'zoo_models'",
    ),
    "no-hook": ({}, "implements none of Zoo's hooks"),
    "signature": (
        {"zoo_examiners": lambda: [Judge()]},
        "judge is of kind 'signature'; a plugin's evidence is a claim or a statistic",
    ),
    "no-examiner": ({"zoo_examiners": lambda: [object()]}, "no Examiner"),
    "no-trainer": ({"zoo_trainers": lambda: [1]}, "no Trainer"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plugin_is_reported_and_the_others_work(
    name: str, good: EntryPoint, register: Register
) -> None:
    hooks, message = BAD[name]
    last = register("zz", zoo_models=lambda: [card("last.one")])
    manager = load_plugins([good, register(name, **hooks), last])
    (failure,) = manager.failures
    assert failure.name == name
    assert message in failure.error
    assert [c.id for c in manager.cards()] == ["good.one", "good.two", "last.one"]
    assert [plugin.name for plugin in manager.loaded] == ["good", "zz"]
    with pytest.raises((Exception, SystemExit)):
        load_plugins([good, register(name, **hooks)], strict=True)


def test_a_plugin_that_cannot_be_imported_is_reported(good: EntryPoint) -> None:
    manager = load_plugins([EntryPoint("gone", "there_is_no_such_module", "zoo"), good])
    assert manager.failures[0].error.startswith("ModuleNotFoundError")
    assert len(manager.cards()) == 2


def test_a_name_belongs_to_the_first(good: EntryPoint, register: Register) -> None:
    manager = load_plugins([good, register("good", zoo_models=lambda: [card("other.one")])])
    assert "already has a plugin 'good'" in manager.failures[0].error


def test_zoo_plugins_chooses(good: EntryPoint, register: Register) -> None:
    other = register("other", zoo_models=lambda: [card("other.one")])

    def ids(chosen: str | None) -> list[str]:
        return [c.id for c in load_plugins([good, other], chosen=chosen).cards()]

    assert ids(None) == ["good.one", "good.two", "other.one"]
    assert ids("") == []
    assert ids(" other , ") == ["other.one"]
    manager = load_plugins([good, other], chosen="other,nobody")
    assert manager.skipped == ["good"]
    assert manager.failures[0].name == "nobody"
    assert "installed: good, other" in manager.failures[0].error
    with pytest.raises(PluginError, match="nobody"):
        load_plugins([good], chosen="nobody", strict=True)


def test_trainers_and_examiners_are_collected(register: Register) -> None:
    class Reader(Judge):
        name = "reader"
        kind = "claim"

    reader = Reader()
    manager = load_plugins([register("more", zoo_examiners=lambda: [reader])])
    assert manager.examiners() == (reader,)
    assert manager.loaded[0].hooks == ("zoo_examiners",)
    assert "stylegan-lite" in zoo.plugins.plugin_manager().trainers()
