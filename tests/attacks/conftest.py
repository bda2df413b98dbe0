"""The lab, made once a process; what a test changes in it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def in_lab(lab: Lab, zoo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    from zoo.plugins import plugin_manager

    lab.patch, lab.home = monkeypatch, zoo_home
    yield lab
    lab.clock.time = None
    plugin_manager.cache_clear()
