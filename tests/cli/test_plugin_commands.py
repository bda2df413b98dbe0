"""Commands that strangers' packages add to ``zoo``."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoo.command import ZOO_COMMANDS, Command
from zoo.errors import PluginError
from zoo_cli.main import app

PLUGIN = """
import zoo

@zoo.hookimpl
def zoo_commands():
    return [zoo.Command({name!r}, "Greets people", "greeting:app")]
"""
GREETING = """
import typer

from zoo.errors import UsageError

app = typer.Typer()

@app.command()
def greet(name: str, error: bool = False, usage: bool = False):
    if error:
        raise IndexError("out of breath")
    if usage:
        raise UsageError("nobody is here; say who")
    print(f"Hello {name}")
"""


@pytest.fixture
def install(tmp_path: Path):
    """Install a package with a command by hand, as pip would."""
    site = tmp_path / "site"

    def write(package: str, name: str, greeting: str = GREETING) -> dict[str, str]:
        info = site / f"zoo_{package}-1.2.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: zoo-{package}\nVersion: 1.2\n"
        )
        (info / "entry_points.txt").write_text(f"[zoo]\n{package} = stranger_{package}\n")
        (site / f"stranger_{package}.py").write_text(PLUGIN.format(name=name))
        (site / "greeting.py").write_text(greeting)
        return {"PYTHONPATH": str(site)}

    return write


def test_zoos_own_names_are_known() -> None:
    own = {c.name for c in app.registered_commands} | {g.name for g in app.registered_groups}
    assert own == ZOO_COMMANDS


def test_a_command_is_listed_without_its_module_and_runs(run_zoo, install) -> None:
    env = install("polite", "greet", GREETING + "\nprint('imported')")
    listed = run_zoo("--help", env=env)
    assert listed.returncode == 0, listed.stderr
    own, _, of_plugins = listed.stdout.partition("Commands of plugins:")
    assert "generate" in own
    assert "greet  Greets people" in of_plugins
    assert "imported" not in listed.stdout + listed.stderr
    done = run_zoo("greet", "Ada", env=env)
    assert (done.returncode, done.stdout) == (0, "Hello Ada\n")
    assert "imported" in done.stderr  # what an import prints is a remark
    shown = run_zoo("greet", "-h", env=env).stdout
    assert "greet [OPTIONS]" in shown
    assert "--install-completion" not in shown
    assert "╭" not in shown  # no boxes: Zoo's own commands have none


def test_a_group_of_commands_runs(run_zoo, install) -> None:
    more = "\n@app.command()\ndef part():\n    print('Bye')\n"
    env = install("polite", "manners", GREETING + more)
    assert run_zoo("manners", "part", env=env).stdout == "Bye\n"
    assert "╭" not in run_zoo("manners", "--help", env=env).stdout
    assert run_zoo("manners", "greet", "Ada", env=env).stdout == "Hello Ada\n"


def test_errors_are_one_line_and_have_exit_codes(run_zoo, install) -> None:
    env = install("polite", "greet")
    failed = run_zoo("greet", "Ada", "--error", env=env)
    assert failed.returncode == 1
    assert failed.stderr.startswith(
        "zoo: the command 'greet' (plugin polite of zoo-polite 1.2) failed: IndexError"
    )
    assert "Traceback" not in failed.stderr
    assert "Traceback" in run_zoo("greet", "Ada", "--error", env={**env, "ZOO_STRICT": "1"}).stderr
    usage = run_zoo("greet", "Ada", "--usage", env=env)
    assert (usage.returncode, usage.stderr) == (2, "zoo: nobody is here; say who\n")
    missing = run_zoo("greet", env=env)
    assert missing.returncode == 2
    assert "Missing argument" in missing.stderr
    assert "╭" not in missing.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("app = 3", "is of type int; expected a typer.Typer"),
        ("import typer\napp = typer.Typer()", "has no commands"),
        ("import there_is_none", "cannot import greeting:app: ModuleNotFoundError"),
    ],
)
def test_what_is_no_typer_is_refused(run_zoo, install, source: str, said: str) -> None:
    done = run_zoo("greet", env=install("polite", "greet", source))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_belongs_to_zoo_or_to_the_first(run_zoo, install) -> None:
    install("a", "greet")
    install("b", "verify")
    env = install("c", "greet")
    listed = run_zoo("plugins", env=env).stdout
    assert "command 'verify': Zoo has a command of this name" in listed
    assert "zoo_commands: the name 'greet' is already taken" in listed
    assert run_zoo("--help", env=env).stdout.count("greet") == 1
    unknown = run_zoo("great", env=env)
    assert unknown.returncode == 2
    assert "No such command 'great'" in unknown.stderr
    assert "plugin b did not load" in unknown.stderr


@pytest.mark.parametrize(
    "fields",
    [
        ("Greet", "Greets", "greeting:app"),
        ("greet me", "Greets", "greeting:app"),
        ("greet", " ", "greeting:app"),
        ("greet", "two\nlines", "greeting:app"),
        ("greet", "Greets", "greeting"),
    ],
)
def test_what_does_not_fit_is_refused(fields: tuple[str, str, str]) -> None:
    with pytest.raises(PluginError, match="command"):
        Command(*fields)
