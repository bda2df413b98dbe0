"""Fifty packages with plugins: everything is listed, and no model code is imported for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from many_plugins import BROKEN, COUNT, SLOW, imported, install_many

LISTING = """
import sys
from zoo_cli.main import main
sys.argv = ["zoo", *{words}]
try:
    main()
finally:
    print(sorted({{"torch", "timm", "c2pa", "sqlalchemy"}} & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    install_many(tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.parametrize("words", [["models", "--json"], ["plugins", "--json"], ["--help"]])
def test_listing_imports_no_model_code(site: Path, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTING.format(words=words)],
        env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "[]"
    assert imported(site) == []


def test_all_but_the_broken_one_are_there(site: Path, run_zoo) -> None:
    env = {"PYTHONPATH": str(site)}
    models = run_zoo("models", "--json", env=env)
    ids = {model["id"] for model in json.loads(models.stdout)["models"]}
    names = [f"many{number:02d}" for number in range(COUNT)]
    assert {name for name in names if f"{name}.demo" not in ids} == {BROKEN}
    assert "stylegan-lite.fruits360" in ids
    assert models.stderr.splitlines() == [
        f"plugin {BROKEN} did not load: ModuleNotFoundError: No module named "
        "'there_is_no_such_module'"
    ]
    plugins = json.loads(run_zoo("plugins", "--json", env=env).stdout)["plugins"]
    many = [plugin for plugin in plugins if plugin["name"] in names]
    assert [plugin["package"] for plugin in many if plugin["state"] == "failed"] == [
        f"zoo-{BROKEN}"
    ]
    assert {plugin["version"] for plugin in many} == {"1.0"}
    assert all(plugin["milliseconds"] < 1000 for plugin in many)


def test_the_slow_one_is_named_when_it_is_used_and_no_other_is_imported(
    site: Path, run_zoo
) -> None:
    words = ("generate", "-m", SLOW, "-n", "1", "--size", "64", "--json")
    done = run_zoo(*words, env={"PYTHONPATH": str(site)})
    assert done.returncode == 0, done.stderr
    who = f"the generator of {SLOW}.demo (plugin {SLOW} of zoo-{SLOW} 1.0)"
    assert f"{who}: importing zoo_{SLOW}_model takes longer than 2 s; waiting" in done.stderr
    assert imported(site) == [f"zoo_{SLOW}_model"]
