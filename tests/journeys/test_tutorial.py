"""The tutorial for authors, step by step: its files, and its commands with what they print."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "tutorial.md").read_text("utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the console, and the beginnings of the lines that it prints."""
    found = []
    for part in block("console").split("$ ")[1:]:
        command, *printed = part.strip().splitlines()
        found.append((command, printed))
    return found


def test_it_is_ten_statements() -> None:
    nodes = ast.walk(ast.parse(block("python")))
    statements = [node for node in nodes if isinstance(node, ast.stmt)]
    assert len(statements) == 10


def test_its_commands_print_what_it_says(
    run_zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zoo_mosaic.py").write_text(block("python"), "utf-8")
    (tmp_path / "pyproject.toml").write_text(block("toml"), "utf-8")
    (install, printed), *rest = steps()
    assert (install, printed) == ("zoo plugins install -e .", ["mosaic  loaded"])
    install_by_hand(tmp_path, monkeypatch)  # pip would fetch hatchling; .ci/plugins does it
    for command, printed in rest:
        _, *arguments = shlex.split(command)
        done = run_zoo(*arguments)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        for beginning in printed:
            assert any(beginning in line for line in lines), (command, done.stdout)


def test_its_option_is_a_flag(run_zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (option,) = re.findall(r"^(options=.*)$", PAGE, re.MULTILINE)
    source = block("python").replace("params=0,", f"params=0,\n            {option}")
    source = source.replace("return z.", 'return (options["contrast"] * z).')
    (tmp_path / "zoo_mosaic.py").write_text(source, "utf-8")
    (tmp_path / "pyproject.toml").write_text(block("toml"), "utf-8")
    install_by_hand(tmp_path, monkeypatch)
    assert run_zoo("generate", "--model", "mosaic", "-n", "1", "--contrast", "3").returncode == 0
    refused = run_zoo("generate", "--model", "mosaic", "-n", "1", "--contrast", "9")
    assert refused.returncode == 2
    assert "expected float from 0.1 to 4" in refused.stderr


def install_by_hand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    (plugin,) = project["entry-points"]["zoo"].items()
    (info / "entry_points.txt").write_text(f"[zoo]\n{plugin[0]} = {plugin[1]}\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
