"""``zoo doodle-data``: draws what the model learns from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zoo.errors import UsageError

from .drawing import draw_all

app = typer.Typer(add_completion=False)


@app.command()
def doodle_data(
    out: Annotated[Path, typer.Argument(help="The folder to make; sub-folders are the labels.")],
    each: Annotated[int, typer.Option(min=1, help="How many drawings of each thing.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Other seeds give other drawings.")] = 0,
) -> None:
    """Draw pictures by program, for zoo data prepare and zoo train."""
    if out.exists():
        raise UsageError(f"{out} is there already; give a folder that is not")
    count = sum(1 for _ in draw_all(out, each, seed))
    typer.echo(f"{count} drawings in {out}. Next: zoo data prepare {out} DATA --size 128")
