"""The fixtures of ``zoo.testing``, as a stranger's tests use them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import zoo
from zoo.errors import PluginError, UnknownNameError
from zoo.plugins import plugin_manager

STRANGERS_TESTS = """
import json, subprocess, sys
from pathlib import Path

import zoo
import zoo_plasma
from zoo.testing import check_generator

def test_it_keeps_the_contract(zoo_with):
    zoo_with(zoo_plasma)
    check_generator(zoo.find_card("plasma"))

def test_it_is_gone_again():
    assert "plasma.demo" not in {card.id for card in zoo.list_models()}

def test_its_pictures_are_sealed(zoo_with, zoo_home, tmp_path):
    zoo_with(zoo_plasma)
    command = [sys.executable, "-m", "zoo_cli", "generate", "-m", "plasma", "-n", "1", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    (image,) = json.loads(done.stdout)["images"]
    assert zoo.verify(tmp_path / image["path"]).verdict.verdict == "issued-here"
    assert any(zoo_home.rglob("*"))
"""


def test_a_stranger_tests_a_plugin(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "strangers" / "zoo_plasma.py"
    shutil.copy(source, tmp_path)
    (tmp_path / "test_plasma.py").write_text(STRANGERS_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    if not entry_points(group="pytest11", name="zoo"):  # an older editable install
        command += ["-p", "zoo.testing.fixtures"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_importing_the_fixtures_is_light() -> None:
    code = (
        "import sys, zoo.testing.fixtures, zoo.testing; "
        "print({'torch', 'c2pa', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


class Clouds:
    @zoo.hookimpl
    def zoo_models(self):
        return [
            zoo.Card("clouds.one", "demo", "Clouds", "nowhere:build", (8, 8), 0, "MIT", "nothing")
        ]


class Thief:
    @zoo.hookimpl
    def zoo_models(self):
        return [zoo.find_card("stylegan-lite")]


def test_any_object_with_hooks_is_a_plugin(zoo_with) -> None:
    manager = zoo_with(Clouds())
    assert manager is plugin_manager()
    assert zoo.find_card("clouds").id == "clouds.one"
    assert str(manager.owner("zoo_models", "clouds.one")) == "plugin clouds of zoo-clouds 0.0.0"
    assert zoo.find_card("stylegan-lite")


def test_the_next_test_does_not_have_it() -> None:
    with pytest.raises(UnknownNameError):
        zoo.find_card("clouds")


def test_one_that_does_not_load_is_an_error(zoo_with) -> None:
    with pytest.raises(PluginError, match=r"plugin thief did not load: .* is already taken"):
        zoo_with(Thief())
