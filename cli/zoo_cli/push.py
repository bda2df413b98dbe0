"""``zoo push``: publish a trained model on the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import note, print_json, print_result, printable
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.hub.packing import Packed


def push(
    run: Annotated[Path, typer.Argument(help="A folder that zoo train or zoo tune exported.")],
    repository: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Where on the Hub.")],
    private: Annotated[
        bool, typer.Option("--private", help="A new repository is seen by you alone.")
    ] = False,
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Licence of the model, such as Apache-2.0.")
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(metavar="OWNER/NAME", help="A data set on the Hub that it was trained on."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Where the samples are made: cpu, cuda, cuda:N or mps.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write RUN/hub and show its files; push nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Publish a model on the Hugging Face Hub: weights, zoo.json, samples, and a model card.

    The card has the data, their licences and consent, and scores where zoo evaluate --json was
    written into RUN. The samples are sealed pictures. Pushing again makes a new revision.
    """
    from zoo.hub.packing import pack
    from zoo.hub.publishing import check_login
    from zoo.hub.publishing import push as push_packed

    note_failures()
    if not dry_run:
        check_login()
    packed = pack(run, repository, licence=licence, datasets=tuple(dataset or ()), device=device)
    for text in packed.notes:
        note(printable(text))
    if dry_run:
        _show(packed, None, json)
        return
    _show(packed, str(push_packed(packed, repository, private=private)), json)


def _show(packed: Packed, source: str | None, json: bool) -> None:
    sizes = {name: (packed.folder / name).stat().st_size for name in packed.files}
    if json:
        files = [{"file": name, "size": size} for name, size in sizes.items()]
        table = {"schema": 1, "source": source, "id": packed.model, "folder": str(packed.folder)}
        print_json({**table, "files": files})
        return
    if source is None:
        for name, size in sizes.items():
            print_result(f"{packed.folder / name}  {size:,} bytes")
        note("nothing was pushed")
        return
    print_result(source)
    note(f"anybody who may read it runs it so: zoo generate --model {source}")
