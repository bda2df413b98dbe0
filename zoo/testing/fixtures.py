"""Fixtures for pytest, found by it through Zoo's entry point: ``zoo_home`` and ``zoo_with``.

They are imported in every run of pytest where Zoo is installed, so nothing heavy may be imported at
the top.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from zoo.plugins import PluginManager

ZooWith = Callable[..., "PluginManager"]
"""What the fixture ``zoo_with`` gives."""


@pytest.fixture
def zoo_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, empty: pictures are signed by an identity made there, and entered
    in a ledger there. Variables that would change what Zoo does are gone."""
    home = tmp_path_factory.mktemp("home") / "zoo"
    monkeypatch.setenv("ZOO_HOME", str(home))
    for name in ("ZOO_LEDGER", "ZOO_PLUGINS", "ZOO_STRICT"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def zoo_with(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ZooWith]:
    """``zoo_with(plugin, …)``: for this test Zoo has these plugins beside those that are installed.
    It returns the plugin manager.

    A plugin is a module, the name of one, or any object whose methods are decorated with
    ``zoo.hookimpl``. Modules are registered as pip would, and so are there for the processes that
    the test starts, too; each plugin is named after its module or class, without ``zoo_``. Raises
    PluginError where one does not load.
    """
    from zoo.errors import PluginError
    from zoo.plugins import plugin_manager

    site = tmp_path_factory.mktemp("site")

    def add(*plugins: object) -> PluginManager:
        _put_on_path(site, monkeypatch)
        names = [_register(site, plugin, monkeypatch) for plugin in plugins]
        importlib.invalidate_caches()
        plugin_manager.cache_clear()
        manager = plugin_manager()
        for failure in manager.failures:
            if failure.name in names:
                raise PluginError(f"plugin {failure.name} did not load: {failure.error}")
        return manager

    yield add
    plugin_manager.cache_clear()


def _register(site: Path, plugin: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write what pip would write of a package with this plugin; returns the plugin's name."""
    module = _module_of(plugin, monkeypatch)
    name = module.rpartition(".")[2].removeprefix("zoo_").replace("_", "-")
    info = site / f"zoo_{name.replace('-', '_')}-0.0.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: zoo-{name}\nVersion: 0.0.0\n")
    (info / "entry_points.txt").write_text(f"[zoo]\n{name} = {module}\n")
    return name


def _module_of(plugin: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name under which a plugin can be imported."""
    if isinstance(plugin, str):
        return plugin
    if isinstance(plugin, ModuleType):
        name = plugin.__name__
        if plugin.__file__:
            levels = name.count(".") + (Path(plugin.__file__).stem == "__init__")
            _put_on_path(Path(plugin.__file__).parents[levels], monkeypatch)
    else:
        kind = plugin if isinstance(plugin, type) else type(plugin)
        name = f"zoo_{kind.__name__.lower()}"
    monkeypatch.setitem(sys.modules, name, plugin)
    return name


def _put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this process, and of those that it starts."""
    if str(folder) not in sys.path:
        monkeypatch.syspath_prepend(folder)
    rest = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    if str(folder) not in rest:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *rest]))
