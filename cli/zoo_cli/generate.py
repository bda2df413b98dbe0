"""``zoo generate``: make pictures, each sealed."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .model_options import model_options
from .options import Licence, NoTraining, VisibleLabel
from .output import note, print_result

if TYPE_CHECKING:
    from zoo.issuing import Issue, Issued

MOST_SEED = 2**63 - 1


def generate(
    context: typer.Context,
    model: Annotated[
        str, typer.Option("--model", "-m", help="A model of: zoo models; or hf-hub:OWNER/NAME.")
    ],
    n: Annotated[int, typer.Option("-n", min=1, help="How many pictures.")] = 4,
    seed: Annotated[
        int | None, typer.Option(min=0, max=MOST_SEED, help="Random, and printed, by default.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="One of the model's labels.")] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What to draw, for models that take words.")
    ] = None,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture to begin with, where one can.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(metavar="PIXELS", help="Longer side (256); WIDTHxHEIGHT where a model can."),
    ] = None,
    format: Annotated[str, typer.Option(help="png, jpeg, webp, avif or tiff.")] = "png",
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("zoo-out"),
    grid: Annotated[
        bool, typer.Option("--grid", help="Write the first 100 as one picture, too.")
    ] = False,
    show_steps: Annotated[
        bool, typer.Option("--show-steps", help="Write each picture's refinement beside it.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish a run that was broken off.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    weights: Annotated[
        str | None, typer.Option(help="Other weights for the model: a safetensors file.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:N or mps.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Pictures made at once.")] = None,
    licence: Licence = None,
    no_training: NoTraining = False,
    sign_prompt: Annotated[
        bool, typer.Option("--sign-prompt", help="Sign the prompt into each picture, for all.")
    ] = False,
    visible_label: VisibleLabel = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Generate pictures. Each is signed, labelled and entered in the ledger.

    A model's own options are flags as well, such as --truncation 0.7: zoo models MODEL lists them.
    """
    import secrets

    from zoo.catalogue import find_card, others_named
    from zoo.errors import UsageError
    from zoo.input_picture import check_inputs, open_input
    from zoo.issuing import Issue
    from zoo.loading import load_card
    from zoo.origin import owner_of
    from zoo.sizes import parse_size
    from zoo_provenance.encode import find_format
    from zoo_provenance.errors import PictureError

    if resume and seed is None:
        raise UsageError("--resume needs the --seed of the run that it goes on with")
    try:
        find_format(format)
    except PictureError as error:
        raise UsageError(str(error)) from error
    pixels = None if size is None else parse_size(size)
    card = find_card(model)
    if card.by_reference:
        note(f"model {card.id}")
    elif others := others_named(model):
        rest = ", ".join(other.id for other in others)
        note(f"{model} is {card.id}, of {owner_of(card)}; other plugins have: {rest}")
    options = model_options(card, context.args)
    if label is not None:
        card.find_label(label)
    check_inputs(card, prompt, image)
    begun = None if image is None else open_input(image)
    loaded = load_card(card, device=device, weights=weights)
    chosen = secrets.randbelow(2**32) if seed is None else seed
    if seed is None:
        note(f"seed {chosen}")
    issue = Issue(
        loaded, n, chosen, out, format.lower(), label, pixels, batch, options, grid, resume, force,
        licence, no_training, show_steps, visible_label, prompt, begun, sign_prompt,
    )  # fmt: skip
    marked: list[bool] = []
    try:
        with _watched(issue) as batches:
            (_print_json if as_json else _print_lines)(batches, marked)
    except BrokenPipeError:
        raise
    except Exception:
        if marked:
            _tell_rest(issue, len(marked))
        raise
    _summary(issue, marked)


@contextmanager
def _watched(issue: Issue) -> Iterator[Iterator[list[Issued]]]:
    """The batches, with a progress bar on stderr where a person watches."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal or issue.n <= (issue.batch or 16):
        yield issue.run()
        return
    with Progress(
        *Progress.get_default_columns()[:3], MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("sealed", total=issue.n)

        def counted() -> Iterator[list[Issued]]:
            for batch in issue.run():
                yield batch
                bar.advance(task, sum(one.index is not None for one in batch))

        yield counted()


def _print_lines(batches: Iterable[list[Issued]], marked: list[bool]) -> None:
    """Print a line a picture, and add to ``marked`` whether it carries a watermark."""
    for batch in batches:
        for one in batch:
            what = one.label or ("grid" if one.index is None else "")
            print_result(f"{one.path}  {one.id}  {what}".rstrip())
            marked.append(one.watermark)
        sys.stdout.flush()


def _print_json(batches: Iterable[list[Issued]], marked: list[bool]) -> None:
    """The same as JSON, as it comes, so that many pictures need no memory; closed even after an
    error, as not complete."""
    complete = False
    sys.stdout.write('{"schema": 1, "images": [')
    try:
        for batch in batches:
            for one in batch:
                table = {**vars(one), "path": str(one.path)}
                sys.stdout.write(("," if marked else "") + "\n  " + json.dumps(table))
                marked.append(one.watermark)
            sys.stdout.flush()
        complete = True
    finally:
        sys.stdout.write(f'\n], "complete": {json.dumps(complete)}}}\n')


def _tell_rest(issue: Issue, done: int) -> None:
    """After an error: what is there, and the command that goes on after it."""
    words = [word for word in sys.argv[1:] if word not in ("--force", "--resume")]
    if not any(word.partition("=")[0] == "--seed" for word in words):
        words += ["--seed", str(issue.seed)]
    pictures = "1 picture is" if done == 1 else f"{done} pictures are"
    note(
        f"{pictures} in {issue.out}, sealed. This goes on after them: "
        f"{shlex.join(['zoo', *words, '--resume'])}"
    )


def _summary(issue: Issue, marked: list[bool]) -> None:
    from zoo_provenance.identity import load_identity
    from zoo_provenance.watermark import LEAST_SIDE

    identity = load_identity()
    signer = f" by {identity.name!r}" if identity else ""
    alone = len(marked) == 1
    pictures = "1 picture" if alone else f"{len(marked)} pictures"
    each = "it" if alone else "each"
    watermark = "a watermark, " if all(marked) else ""
    note(
        f"{pictures} in {issue.out}: {each} has {watermark}a C2PA manifest "
        f"signed{signer}, an IPTC label and a row in the ledger. Ask: zoo verify {issue.out}"
    )
    if not all(marked):
        bare = marked.count(False)
        some = "it carries" if alone else f"{bare} of them {'carries' if bare == 1 else 'carry'}"
        note(
            f"{some} no watermark: that needs {LEAST_SIDE} pixels "
            "(--size), and a picture that is not all noise"
        )
