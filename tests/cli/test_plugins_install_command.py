"""``zoo plugins install``, ``remove`` and ``freeze``, in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from wheels import write_wheel

from zoo import installing
from zoo.errors import UsageError, ZooError

SOURCE = """
import zoo

@zoo.hookimpl
def zoo_models():
    return [zoo.Card(id="moss.none", family="moss", summary="Moss", factory="m:build",
                     size=(64, 64), params=0, licence="MIT", trained_on="nothing")]
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a new environment, which sees all that this one has, and installs into its own folder."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (site,) = [*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")]
    (site / "outer.pth").write_text("\n".join(p for p in sys.path if Path(p).is_dir()))
    return next(p for p in (folder / "bin/python", folder / "Scripts/python.exe") if p.exists())


@pytest.fixture
def zoo(python: Path, tmp_path: Path):
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-m", "zoo_cli", "plugins", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PIP_NO_INDEX": "1"},
            check=False,
        )

    return run


def test_a_plugin_comes_is_listed_and_goes(zoo, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "moss", SOURCE)
    came = zoo("install", wheel)
    assert came.returncode == 0, came.stderr
    assert came.stdout.split() == ["moss", "loaded"]
    assert f"-m pip install --quiet {wheel}" in came.stderr  # it says what it runs
    assert "moss" in zoo("list").stdout
    frozen = zoo("freeze").stdout
    assert frozen.startswith(f"zoo-moss @ file://{wheel.as_posix()}#sha256=")
    again = zoo("install", wheel)
    assert "no plugin came that was not there before" in again.stderr
    gone = zoo("remove", "moss")
    assert (gone.returncode, gone.stdout) == (0, "removed zoo-moss\n")
    assert "moss" not in zoo("list").stdout
    assert zoo("freeze").stdout == ""


def test_what_cannot_be_is_told_in_one_line(zoo) -> None:
    nowhere = zoo("install", "zoo-there-is-none")
    assert nowhere.returncode == 1
    assert "No matching distribution" in nowhere.stderr  # pip's own words
    assert nowhere.stderr.splitlines()[-1].startswith("zoo: pip ended with exit code 1")
    option = zoo("install", "--", "--pre")
    assert option.returncode == 2
    assert "'--pre' is no requirement" in option.stderr
    ours = zoo("remove", "gan")
    assert ours.returncode == 2
    assert "belongs to Zoo itself" in ours.stderr
    assert zoo("remove", "nobody").returncode == 2


def test_what_does_not_load_is_shown_and_fails(zoo, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "fern", "raise RuntimeError('out of water')")
    came = zoo("install", wheel)
    assert (came.returncode, came.stdout) == (1, "fern  failed  RuntimeError: out of water\n")
    again = zoo("install", wheel)
    assert "plugin fern still does not load: RuntimeError: out of water" in again.stderr
    assert zoo("remove", "fern").returncode == 0


def test_two_packages_with_one_plugin_are_told_apart(zoo, tmp_path: Path) -> None:
    first = write_wheel(tmp_path, "moss", SOURCE)
    second = write_wheel(tmp_path, "peat", SOURCE.replace("moss", "peat"), plugin="moss")
    assert zoo("install", first).returncode == 0
    came = zoo("install", second)
    assert came.returncode == 1
    assert came.stdout == "moss  failed  another package already has a plugin 'moss': zoo-moss\n"
    which = zoo("remove", "moss")
    assert which.returncode == 2
    assert "several packages bring a plugin moss: zoo-moss, zoo-peat; name one" in which.stderr
    assert zoo("remove", "zoo-peat").stdout == "removed zoo-peat\n"
    assert zoo("remove", "zoo_moss").stdout == "removed zoo-moss\n"


@pytest.mark.parametrize("spec", ["moss", "moss[test]"])
def test_a_folder_is_no_package_of_a_stranger(zoo, tmp_path: Path, spec: str) -> None:
    (tmp_path / "moss").mkdir()
    done = zoo("install", spec)
    assert done.returncode == 2
    assert f"{spec} is a folder here" in done.stderr
    assert f"./{spec} for the folder" in done.stderr
    assert "running:" not in done.stderr


def test_a_package_without_plugins_can_be_undone(zoo, python: Path, tmp_path: Path) -> None:
    done = zoo("install", write_wheel(tmp_path, "plain", "", plugin=None))
    assert (done.returncode, done.stdout) == (0, "")
    assert "no plugin came" in done.stderr
    undoing = done.stderr.splitlines()[-1]
    assert undoing == f"to undo it: {python} -m pip uninstall zoo-plain"
    undone = [*undoing.removeprefix("to undo it: ").split(), "--yes"]
    subprocess.run(undone, check=True, capture_output=True)


def test_pip_tells_its_errors_alone(zoo, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "moss", SOURCE)
    zoo("install", wheel)
    again = zoo("install", wheel)
    assert "already" not in again.stderr
    assert "no plugin came that was not there before" in again.stderr
    zoo("remove", "moss")


def test_uv_serves_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[list[str]] = []

    def run(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, 3)

    monkeypatch.setattr(installing.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(installing.shutil, "which", lambda _: "/opt/uv")
    monkeypatch.setattr(installing.subprocess, "run", run)
    said: list[str] = []
    with pytest.raises(ZooError, match="uv ended with exit code 3"):
        installing.install(["."], editable=True, upgrade=True, announce=said.append)
    python = sys.executable
    assert lines == [
        ["/opt/uv", "pip", "install", "--python", python, "--upgrade", "--editable", "."]
    ]
    assert said[0].startswith("/opt/uv pip install --python")
    monkeypatch.setattr(installing.shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="has no pip, and there is no uv"):
        installing.install(["."], announce=said.append)


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (None, "zoo-moss==1.2"),
        ("no JSON", "zoo-moss==1.2"),
        ({"url": "file:///src/moss", "dir_info": {"editable": True}}, "-e file:///src/moss"),
        ({"url": "file:///src/moss", "dir_info": {}}, "zoo-moss @ file:///src/moss"),
        (
            {"url": "https://a.example/m", "vcs_info": {"vcs": "git", "commit_id": "abc"},
             "subdirectory": "sub"},
            "zoo-moss @ git+https://a.example/m@abc#subdirectory=sub",
        ),
        (
            {"url": "https://a.example/m.whl", "archive_info": {"hash": "sha256=12"}},
            "zoo-moss @ https://a.example/m.whl#sha256=12",
        ),
    ],
)  # fmt: skip
def test_freeze_says_where_a_package_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: object, line: str
) -> None:
    info = tmp_path / "zoo_moss-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo-moss\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[zoo]\nmoss = zoo_moss\n")
    if origin is not None:
        text = origin if isinstance(origin, str) else json.dumps(origin)
        (info / "direct_url.json").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert line in installing.freeze()
    assert not any("zoo-generators" in known for known in installing.freeze())
