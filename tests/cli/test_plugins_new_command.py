"""``zoo plugins new``: each kind of package, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from zoo.scaffolding.create import new_plugin
from zoo.scaffolding.kinds import SUMMARIES, PluginKind


def install(folder: Path, site: Path) -> dict[str, str]:
    """As pip would with ``-e``: its metadata in ``site``, its sources where they are."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    entries = "".join(f"{k} = {v}\n" for k, v in project["entry-points"]["zoo"].items())
    (info / "entry_points.txt").write_text(f"[zoo]\n{entries}")
    return {"PYTHONPATH": os.pathsep.join([str(folder / "src"), str(site)])}


@pytest.mark.parametrize("kind", list(PluginKind))
def test_a_new_package_passes_its_own_tests(run_zoo, tmp_path: Path, kind: PluginKind) -> None:
    made = run_zoo("plugins", "new", "zoo-rock-pool", "--kind", kind)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "zoo-rock-pool"
    files = {tmp_path / line for line in made.stdout.splitlines()}
    assert files == {f for f in folder.rglob("*") if f.is_file()}
    names = {f.relative_to(folder).as_posix() for f in files}
    assert names >= {"pyproject.toml", "README.md", "LICENSE", ".gitignore",
                     ".github/workflows/test.yml", "src/zoo_rock_pool/py.typed"}  # fmt: skip
    env = install(folder, tmp_path / "site")
    listed = run_zoo("plugins", env=env).stdout
    assert "rock-pool    loaded" in listed, listed
    done = own_tests(folder, env)
    assert done.returncode == 0, done.stdout + done.stderr
    if kind is PluginKind.GENERATOR:
        assert "rock-pool.default" in run_zoo("models", env=env).stdout
    if kind is PluginKind.COMMAND:
        assert f"rock-pool  {SUMMARIES[kind]}" in run_zoo("--help", env=env).stdout


def own_tests(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The package's own tests."""
    return python_m("pytest", "-q", "-p", "no:cacheprovider", cwd=folder, env={**os.environ, **env})


def python_m(module: str, *arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **how)


@pytest.mark.parametrize(
    ("name", "kind"), [("none", "generator"), ("image", "examiner"), ("evidence", "examiner")]
)
def test_words_of_python_and_of_zoo_are_names_like_others(
    run_zoo, tmp_path: Path, name: str, kind: str
) -> None:
    folder = tmp_path / f"zoo-{name}"
    assert run_zoo("plugins", "new", folder.name, "--kind", kind).returncode == 0
    done = own_tests(folder, install(folder, tmp_path / "site"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", list(PluginKind))
@pytest.mark.parametrize("name", ["a", "rock-pool", "x" * 46])
def test_a_new_package_is_clean(tmp_path: Path, kind: PluginKind, name: str) -> None:
    pytest.importorskip("ruff")
    new_plugin(f"zoo-{name}", kind, tmp_path / "package")
    for check in (["check", "--extend-select=I"], ["format", "--diff"]):
        done = python_m("ruff", *check, "--no-cache", ".", cwd=tmp_path / "package")
        assert done.returncode == 0, done.stdout + done.stderr


def test_its_tests_fail_where_it_is_not_loaded(run_zoo, tmp_path: Path) -> None:
    run_zoo("plugins", "new", "zoo-moss", "--kind", "reward")
    folder = tmp_path / "zoo-moss"
    env = install(folder, tmp_path / "site")
    plugin = folder / "src/zoo_moss/__init__.py"
    plugin.write_text(plugin.read_text().replace('name="moss"', 'name="sharpness"'))
    done = own_tests(folder, env)
    assert done.returncode == 1
    assert "the name 'sharpness' is already taken" in done.stdout


def test_a_new_examiner_is_quick_to_list(run_zoo, tmp_path: Path) -> None:
    run_zoo("plugins", "new", "zoo-moss", "--kind", "examiner")
    env = install(tmp_path / "zoo-moss", tmp_path / "site")
    heavy = "{'PIL', 'c2pa', 'torch', 'zoo_provenance.subject'}"
    asked = f"import sys, zoo_moss; zoo_moss.zoo_examiners(); print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "set()\n", done.stderr


def test_the_package_says_what_it_needs(run_zoo, tmp_path: Path) -> None:
    run_zoo("plugins", "new", "zoo-moss", "--kind", "generator", "--out", "deep/moss")
    project = tomllib.loads((tmp_path / "deep/moss/pyproject.toml").read_text())["project"]
    assert project["dependencies"] == [f"zoo-generators[models]>={version('zoo-generators')}"]
    assert project["entry-points"]["zoo"] == {"moss": "zoo_moss"}


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("moss", "generator", "expected zoo- and words"),
        ("zoo-Moss", "generator", "expected zoo- and words"),
        ("zoo-../moss", "generator", "expected zoo- and words"),
        ("zoo-1moss", "generator", "expected zoo- and words"),
        ("zoo-" + "x" * 47, "generator", "up to 50 characters"),
        ("zoo-gan", "generator", "a module zoo_gan is installed here"),
        ("zoo-generators", "generator", "a package zoo-generators is installed here"),
        ("zoo-verify", "command", "Zoo has a command 'verify'"),
        ("zoo-sharpness", "reward", "there is a reward 'sharpness' already (plugin reward of zoo-"),
        ("zoo-frechet-distance", "metric", "there is a metric 'frechet_distance' already (plugin"),
        (
            "zoo-stylegan-lite",
            "generator",
            "a generator 'stylegan-lite.fruits360' already",
        ),
        ("zoo-moss", "statue", "'statue' is not one of"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    run_zoo, tmp_path: Path, name: str, kind: str, said: str
) -> None:
    run = run_zoo("plugins", "new", name, "--kind", kind)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(run_zoo, tmp_path: Path) -> None:
    (tmp_path / "zoo-moss").mkdir()
    run = run_zoo("plugins", "new", "zoo-moss", "--kind", "reward")
    assert run.returncode == 2
    assert "is there already" in run.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["zoo-moss"]
    assert list((tmp_path / "zoo-moss").iterdir()) == []
