"""The application and its exit codes.

Nothing here or at the top of a command's file may import torch, c2pa or SQLAlchemy: commands
import what they need when they run, so that ``zoo --help`` starts at once.

Exit codes: 0 done; 1 it failed (for verify: a file could not be read); 2 wrong usage;
3 ``--expect`` differs.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from zoo.errors import UsageError, ZooError
from zoo_provenance.errors import ProvenanceError

from . import (
    cache,
    compare,
    data,
    evaluate,
    generate,
    index,
    keys,
    ledger,
    lock,
    models,
    plugins,
    pull,
    push,
    rate,
    replay,
    seal,
    train,
    trust,
    tune,
    verify,
)
from .foreign import ZooGroup
from .output import note, print_result
from .own_output import own_output

app = typer.Typer(
    name="zoo",
    cls=ZooGroup,
    help="Generate pictures that say where they came from, and ask any picture where it came from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    "generate",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(generate.generate)
app.command("seal")(seal.seal)
app.command("verify")(verify.verify)
app.command("replay")(replay.replay)
app.command("models")(models.models)
app.command("evaluate")(evaluate.evaluate)
app.command("compare")(compare.compare)
app.command("train")(train.train)
app.command("tune")(tune.tune)
app.command("push")(push.push)
app.command("pull")(pull.pull)
app.add_typer(lock.app, name="lock")
app.add_typer(cache.app, name="cache")
app.add_typer(plugins.app, name="plugins")
app.add_typer(data.app, name="data")
app.add_typer(keys.app, name="keys")
app.add_typer(trust.app, name="trust")
app.add_typer(ledger.app, name="ledger")
app.add_typer(index.app, name="index")
app.add_typer(rate.app, name="rate")


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print_result(f"zoo {version('zoo-generators')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    del version  # handled by the callback


def main() -> None:
    """Run the command line; turn errors into one line and an exit code."""
    if sys.stdout is None:  # closed by who started this: >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files may not fit the terminal
            stream.reconfigure(errors="backslashreplace")
    try:
        with own_output():
            app()
    except (ZooError, ProvenanceError) as error:
        if os.environ.get("ZOO_STRICT") == "1":
            raise
        # What Zoo says of an own certificate is a list; a plugin's error is told in one line.
        plain = " ".join(str(error).splitlines()) if isinstance(error, ZooError) else str(error)
        note(f"zoo: {plain}")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        note("zoo: interrupted; what was announced is whole (generate: --seed S --resume goes on)")
        sys.exit(130)
    except BrokenPipeError:  # nobody is there to be told, at the interpreter's end neither
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if os.environ.get("ZOO_STRICT") == "1":
            raise
        note(f"zoo: {error.filename or 'the system'}: {error.strerror or error}")
        sys.exit(1)
