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
TALL = """
import zoo

@zoo.hookimpl
def zoo_measures():
    return [zoo.Measure(name="tall", summary="Seven", factory="zoo_tall:build", better="none",
                        needs=frozenset(), bounds=(0.0, 1.0))]

def build():
    return lambda seen, reference: 7.0
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
        "thief": "'stylegan-lite.fruits360' is already taken by plugin gan of zoo-generators",
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


def test_check_tries_everything_that_a_plugin_brings(call_zoo) -> None:
    done = call_zoo("plugins", "check", "measure")
    assert done.returncode == 0, done.stderr
    assert "frechet_distance  (zoo_measures)\n  ok: it loads\n" in done.stdout
    assert "near_train_share" in done.stdout
    gan = json.loads(call_zoo("plugins", "check", "gan", "--json").stdout)
    assert gan["holds"]
    assert [b["hook"] for b in gan["brings"]] == ["module", "zoo_models", "zoo_trainers"]
    assert {check["state"] for check in gan["brings"][1]["checks"]} == {"holds"}
    assert gan["brings"][2] == {"hook": "zoo_trainers", "name": "stylegan-lite", "checks": []}


def test_check_says_what_fails(call_zoo, zoo_with, monkeypatch) -> None:
    import zoo_rogue_models
    import zoo_tinted

    monkeypatch.setenv("ROGUE_TAGS", "good bright prints exits")
    zoo_with(zoo_tinted, zoo_rogue_models)
    done = call_zoo("plugins", "check", "tinted", "--json")
    assert done.returncode == 1
    table = json.loads(done.stdout)
    assert not table["holds"]
    failed = {b["name"]: [c for c in b["checks"] if c["state"] == "fails"] for b in table["brings"]}
    assert failed["redness"] == failed["sameness"] == []
    assert failed["flat"][0]["check"] == "gradients reach the pictures"
    assert "out of paint" in failed["broken"][0]["why"]
    rogue = call_zoo("plugins", "check", "rogue-models")
    assert rogue.returncode == 1
    assert "FAILS: pictures lie in [-1, 1]: it made values from" in rogue.stdout
    assert "FAILS: it prints nothing: it printed 'thinking" in rogue.stdout
    assert "FAILS: each run ends with one final Step: SystemExit: 0" in rogue.stdout
    line = Path(zoo_rogue_models.__file__).read_text("utf-8").split("sys.exit(0)")[0].count("\n")
    assert f"(zoo_rogue_models.py:{line + 1}; ZOO_STRICT=1 shows" in rogue.stdout


def test_what_is_printed_while_it_is_checked_goes_to_stderr(run_zoo, zoo_with, monkeypatch) -> None:
    import zoo_rogue_models

    monkeypatch.setenv("ROGUE_TAGS", "prints")
    zoo_with(zoo_rogue_models)
    done = run_zoo("plugins", "check", "rogue-models", "--json")
    (brought,) = (b for b in json.loads(done.stdout)["brings"] if b["hook"] == "zoo_models")
    assert "it prints nothing" in {c["check"] for c in brought["checks"] if c["state"] == "fails"}
    assert (
        "rogue.prints (plugin rogue-models of zoo-rogue-models 0.0.0): half a line" in done.stderr
    )
    text = run_zoo("plugins", "check", "rogue-models")
    assert "rogue.prints  (zoo_models)\n" in text.stdout
    assert not re.search("^half a line", text.stdout, re.M)


def test_a_model_that_ends_the_process_fails_and_the_rest_are_checked(
    run_zoo, zoo_with, monkeypatch
) -> None:
    import zoo_rogue_models

    monkeypatch.setenv("ROGUE_TAGS", "good leaves writes")
    zoo_with(zoo_rogue_models)
    done = run_zoo("plugins", "check", "rogue-models", "--json")
    assert done.returncode == 1
    table = json.loads(done.stdout)
    found = {brought["name"]: brought["checks"] for brought in table["brings"]}
    assert not table["holds"]
    assert {"rogue.good", "rogue.leaves", "rogue.writes"} <= set(found)
    assert found["rogue.leaves"] == [
        {
            "check": "it does not end the process",
            "state": "fails",
            "why": "the process ended (exit code 0) while it was tried; raise an error instead",
        }
    ]
    assert {check["state"] for check in found["rogue.good"]} == {"holds"}


def test_what_is_printed_past_python_is_found(run_zoo, zoo_with, monkeypatch) -> None:
    import zoo_rogue_models

    monkeypatch.setenv("ROGUE_TAGS", "deep")
    zoo_with(zoo_rogue_models)
    done = run_zoo("plugins", "check", "rogue-models")
    assert "FAILS: it prints nothing: it printed 'from the depths'" in done.stdout


def test_a_module_that_imports_torch_or_is_slow_is_told(run_zoo, install) -> None:
    heavy = "import time, torch\ntime.sleep(0.3)\n" + SOURCE.format(id="heavy.one")
    done = run_zoo("plugins", "check", "heavy", env=install("heavy", heavy))
    assert done.returncode == 1
    assert "stranger_heavy  (module)\n  ok: its module can be imported\n" in done.stdout
    assert "FAILS: its module imports no torch: it, or what it imports, imports" in done.stdout
    assert "importing stranger_heavy takes" in done.stderr
    light = run_zoo("plugins", "check", "light", env=install("light", SOURCE.format(id="l.one")))
    assert "ok: its module imports no torch" in light.stdout


def test_strict_shows_how_an_error_came_about(run_zoo, zoo_with, monkeypatch) -> None:
    import zoo_rogue_models

    monkeypatch.setenv("ROGUE_TAGS", "raises nan")
    zoo_with(zoo_rogue_models)
    done = run_zoo("plugins", "check", "rogue-models")
    assert "Traceback" not in done.stderr
    failed = done.stdout.partition("rogue.nan")[2].count("FAILS")
    assert failed == 1  # not each check after it, too
    strict = run_zoo("plugins", "check", "rogue-models", env={"ZOO_STRICT": "1"})
    assert strict.returncode == 1
    assert 'in raises\n    raise LookupError("no brush")' in strict.stderr


def test_a_failure_of_several_lines_is_told_in_one(run_zoo, install) -> None:
    env = install("tells", "raise RuntimeError('one\\ntwo')")
    listed = run_zoo("plugins", env=env)
    assert "RuntimeError: one two" in listed.stdout
    assert "RuntimeError: one two" in run_zoo("plugins", "check", "tells", env=env).stderr


def test_a_module_that_ends_the_process_is_no_success(run_zoo, install) -> None:
    done = run_zoo("plugins", "check", "quits", env=install("quits", "import os\nos._exit(0)"))
    assert done.returncode == 1
    assert "the process ended (exit code 0) while the plugins were loaded" in done.stderr


def test_what_is_printed_when_the_interpreter_ends_spoils_no_json(run_zoo, install) -> None:
    late = "import atexit, os\natexit.register(os.write, 1, b'goodbye')\n"
    late += "atexit.register(print, 'farewell')\n"
    env = install("late", late + SOURCE.format(id="late.one"))
    for words in (("models",), ("plugins",), ("plugins", "check", "late")):
        done = run_zoo(*words, "--json", env=env)
        json.loads(done.stdout)
        assert all(word in done.stderr for word in ("farewell", "goodbye"))


def test_one_check_fails_and_is_counted_as_one(
    call_zoo, zoo_with, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "zoo_tall.py").write_text(TALL)
    monkeypatch.syspath_prepend(tmp_path)
    zoo_with("zoo_tall")
    done = call_zoo("plugins", "check", "tall")
    assert done.stdout.count("FAILS") == 1
    assert done.stderr.splitlines()[-1] == "1 check fails"


def test_check_of_a_plugin_that_is_not_there(run_zoo, call_zoo, install) -> None:
    unknown = call_zoo("plugins", "check", "gna")
    assert unknown.returncode == 2
    assert "unknown plugin 'gna'; did you mean 'gan'?" in unknown.stderr
    env = install("fine", SOURCE.format(id="fine.one"))
    package = run_zoo("plugins", "check", "zoo-fine", env=env)
    assert "fine.one  (zoo_models)" in package.stdout
    install("worse", "import there_is_none")
    assert "did not load" in run_zoo("plugins", "check", "zoo-worse", env=env).stderr
    broken = run_zoo("plugins", "check", "broken", env=install("broken", "import there_is_none"))
    assert broken.returncode == 1
    assert "plugin broken did not load: ModuleNotFoundError" in broken.stderr
