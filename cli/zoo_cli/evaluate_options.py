"""Options that ``zoo evaluate`` and ``zoo compare`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST_SEED = 2**63 - 1

Against = Annotated[
    str | None,
    typer.Option(
        metavar="SET",
        help="Pictures to compare with; a bundled model has the test pictures of its data.",
    ),
]
Train = Annotated[
    str | None,
    typer.Option(metavar="SET", help="What the model was trained on, to look for copies of it."),
]
HeldOut = Annotated[
    str | None,
    typer.Option(
        metavar="SET",
        help="Pictures of the same data as --train that were not trained on: they say how near new "
        "pictures come. By default the other split of a packed data set, where that is --against.",
    ),
]
Features = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="What sees the pictures: fruits360, eurosat, timm:NAME, fid; may be repeated. By "
        "default the classifier that knows their labels.",
    ),
]
MeasureNames = Annotated[
    str | None,
    typer.Option("--measures", metavar="A,B", help="Only these: zoo evaluate --list (all)."),
]
Count = Annotated[
    int, typer.Option("-n", min=1, help="Pictures of each set, or all where there are fewer.")
]
Seed = Annotated[
    int,
    typer.Option(min=0, max=MOST_SEED, help="Of the pictures made or chosen, and subsamples."),
]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME=VALUE", help="An option of the models: steps=4"),
]
Device = Annotated[str | None, typer.Option(help="cpu, cuda, cuda:N or mps.")]
Report = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write a page with plots and sheets there.")
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Measure also where there are too few pictures for it.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Write the report also into a folder that holds something else, which stays but for "
        "files of the same names.",
    ),
]
Cache = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder that keeps what was seen.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep nothing, and use nothing kept.")]


def split_names(text: str | None) -> tuple[str, ...]:
    """``a,b`` as names; () for None."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
