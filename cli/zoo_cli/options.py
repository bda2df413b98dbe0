"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

IndexPath = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="An index of pictures in another folder than your own."),
]
Licence = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Licence of the pictures, written into each.")
]
NoTraining = Annotated[
    bool, typer.Option("--no-training", help="State in each that AI must not be trained on it.")
]
VisibleLabel = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Words to draw into a corner, such as 'AI GENERATED'."),
]
