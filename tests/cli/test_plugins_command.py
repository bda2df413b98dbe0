"""``zoo plugins``, with packages of strangers on the path."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

SOURCE = """
import zoo

@zoo.hookimpl
def zoo_models():
    return [zoo.Card(id={id!r}, family="stranger", summary="A stranger's", factory="m:build",
                     size=(64, 64), params=0, licence="MIT", trained_on="nothing")]
"""


@pytest.fixture
def install(tmp_path: Path):
    """Install a distribution by hand, as pip would, and return the environment that finds it."""
    site = tmp_path / "site"

    def write(name: str, source: str, module: str | None = None) -> dict[str, str]:
        module = module or f"stranger_{name}"
        info = site / f"zoo_{name}-1.2.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: zoo-{name}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[zoo]\n{name} = {module}\n")
        (site / f"stranger_{name}.py").write_text(source)
        return {"PYTHONPATH": str(site)}

    return write


def listed(run) -> dict[str, dict]:
    assert run.returncode == 0, run.stderr
    return {p["name"]: p for p in json.loads(run.stdout)["plugins"]}


def test_a_strangers_package_works_and_bad_ones_are_reported(run_zoo, install) -> None:
    install("good", SOURCE.format(id="stranger.one"))
    install("broken", "import there_is_no_such_module")
    install("thief", SOURCE.format(id="stylegan-lite.fruits360"))
    env = install("nonsense", SOURCE.format(id="stranger.two").replace("return [", "return 7 or ["))
    found = listed(run_zoo("plugins", "--json", env=env))
    assert found["gan"]["state"] == found["good"]["state"] == "loaded"
    assert found["gan"]["package"] == "zoo-generators"
    assert (found["good"]["package"], found["good"]["version"]) == ("zoo-good", "1.2")
    assert found["good"]["hooks"] == ["zoo_models"]
    for name, reason in {
        "broken": "there_is_no_such_module",
        "thief": "'stylegan-lite.fruits360' is already taken",
        "nonsense": "expected a list",
    }.items():
        assert found[name]["state"] == "failed"
        assert found[name]["package"] == f"zoo-{name}"
        assert reason in found[name]["error"]
    models = run_zoo("models", "--json", env=env)
    ids = [m["id"] for m in json.loads(models.stdout)["models"]]
    assert ids[0] == "stylegan-lite.fruits360"  # ours come first
    assert ids[-1] == "stranger.one"
    assert "stranger.two" not in ids
    assert "plugin broken did not load: ModuleNotFoundError" in models.stderr
    assert 0 < found["good"]["milliseconds"] < 1000
    text = run_zoo("plugins", "list", env=env).stdout
    assert "zoo-broken 1.2" in text
    assert re.search(r"good +loaded +\d+ ms  zoo-good 1.2", text)
    assert "ModuleNotFoundError" in text


def test_zoo_plugins_and_zoo_strict(run_zoo, install) -> None:
    env = install("broken", "import there_is_no_such_module")
    chosen = listed(run_zoo("plugins", "--json", env={**env, "ZOO_PLUGINS": "gan,nobody"}))
    assert chosen["gan"]["state"] == "loaded"
    assert chosen["broken"]["state"] == "off"
    assert "no package brings it" in chosen["nobody"]["error"]
    none = listed(run_zoo("plugins", "--json", env={**env, "ZOO_PLUGINS": ""}))
    assert {p["state"] for p in none.values()} == {"off"}
    assert run_zoo("models", env={**env, "ZOO_PLUGINS": ""}).stdout == ""
    strict = run_zoo("plugins", env={**env, "ZOO_STRICT": "1"})
    assert strict.returncode != 0
    assert "ModuleNotFoundError" in strict.stderr


def test_list_is_what_is_shown_without_a_word(call_zoo) -> None:
    bare, listed = call_zoo("plugins", "--json"), call_zoo("plugins", "list", "--json")
    assert bare.returncode == listed.returncode == 0
    names = [[p["name"] for p in json.loads(done.stdout)["plugins"]] for done in (bare, listed)]
    assert names[0] == names[1]
    assert "gan" in names[0]
    assert call_zoo("plugins", "lsit").returncode == 2
