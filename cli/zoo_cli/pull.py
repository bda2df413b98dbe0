"""``zoo pull``: fetch a model from the Hub."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import print_json, print_result, printable
from .plugins import note_failures


def pull(
    model: Annotated[
        str,
        typer.Argument(help="hf-hub:OWNER/NAME, with @REVISION if need be; or an installed model."),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Fetch a model from the Hugging Face Hub, so that it runs without a network from then on.

    Size and sha256 of each file are checked; what is damaged in the cache is fetched again. A
    branch, a tag or no revision means a commit, which is locked: zoo lock.
    """
    from zoo.hub.pulling import pull as pull_model

    note_failures()
    card, weights = pull_model(model)
    if json:
        files = [
            {"source": w.source, "file": w.file, "size": w.size, "sha256": w.sha256}
            for w in weights
        ]
        print_json({"schema": 1, "id": card.id, "files": files})
        return
    for one in weights:
        print_result(
            printable(f"{one.source}  {one.file}  {one.size:,} bytes  sha256 {one.sha256}")
        )
    print_result(f"zoo generate --model {weights[0].source if '/' in model else card.id}")
