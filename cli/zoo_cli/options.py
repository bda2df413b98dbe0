"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zoo.errors import UsageError

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


def split_options(words: list[str] | None) -> dict[str, str]:
    """``steps=4`` as the name and the text of an option; the card checks both."""
    given = {}
    for word in words or []:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"--option {word!r}: expected NAME=VALUE, such as steps=4")
        given[name.replace("-", "_")] = value
    return given
