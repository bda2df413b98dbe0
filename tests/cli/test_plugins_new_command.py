"""``zoo plugins new``: each kind of package, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

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
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if kind is PluginKind.GENERATOR:
        assert "rock-pool.default" in run_zoo("models", env=env).stdout
    if kind is PluginKind.COMMAND:
        assert f"rock-pool  {SUMMARIES[kind]}" in run_zoo("--help", env=env).stdout


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
        ("zoo-gan", "generator", "a module zoo_gan is installed here"),
        ("zoo-verify", "command", "Zoo has a command 'verify'"),
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
