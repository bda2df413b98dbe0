"""``zoo data``, and of it ``prepare``: from pictures as they come to a packed data set."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from . import data_check, data_cluster
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.data.prepare import Progress

QUIET_SECONDS = 30  # between lines where nobody watches a progress bar
SHOWN = 5  # reasons for which pictures were left out

app = typer.Typer(help="Data sets for training: prepare, check and group pictures.")


def prepare(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC",
            help="Folders, tars, folders of tars, zips, a CSV of addresses, or @LIST of these.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Folder of the data set.", show_default=False)
    ],
    size: Annotated[int, typer.Option(help="Side in pixels.")] = 64,
    crop: Annotated[
        Literal["centre", "smart", "none"],
        typer.Option(help="centre; smart: where the most edges are; none: all of it, on white."),
    ] = "centre",
    denoise: Annotated[
        bool, typer.Option("--denoise", help="Take the median of 3x3 pixels first.")
    ] = False,
    labels: Annotated[
        Path | None,
        typer.Option(help="CSV: path (within SRC), label; licence if any. Else: sub-folders."),
    ] = None,
    no_labels: Annotated[bool, typer.Option("--no-labels", help="Without labels.")] = False,
    test_fraction: Annotated[
        float, typer.Option(help="Of each label, held out where SRC itself holds out nothing.")
    ] = 0.1,
    seed: Annotated[
        int, typer.Option(help="Of the draw of what is held out.", min=0, max=2**63 - 1)
    ] = 0,
    name: Annotated[str | None, typer.Option(help="Of the data, for its card.")] = None,
    licence: Annotated[
        str | None, typer.Option(help="Of pictures for which no list states one of their own.")
    ] = None,
    allow_untrainable: Annotated[
        bool,
        typer.Option("--allow-untrainable", help="Take pictures that forbid training on them."),
    ] = False,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="Fetch what lists of addresses name.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was broken off; it must be there.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(help="Pictures at once; as many as processors.", min=1, max=64)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the data card as JSON.")] = False,
) -> None:
    """Pack pictures into a data set that zoo train reads.

    Pictures are turned upright, cut square, scaled and split into training and held-out ones. A
    broken one is reported and skipped. Given again after a stop, the same command goes on.
    """
    from zoo.data.fit import Fitting
    from zoo.data.options import Preparation
    from zoo.data.prepare import prepare

    plan = Preparation(
        Fitting(size, crop, denoise), test_fraction, seed, name, licence, labels,
        no_labels, allow_untrainable,
    )  # fmt: skip
    try:
        with _watching() as watch:
            card = prepare(
                sources, out, plan, network=allow_network, resume=resume,
                jobs=jobs or os.cpu_count() or 1, watch=watch,
            )  # fmt: skip
    except KeyboardInterrupt:
        note(f"stopped; the same command goes on with {out}")
        raise
    if as_json:
        print_json(card)
    else:
        _report(out, card)
    note(f"look at it: zoo data check {out}\ntrain on it: zoo train RECIPE --data {out}")


def _report(out: Path, card: dict[str, Any]) -> None:
    from zoo.data.card import UNKNOWN, about

    train, test = card["counts"]["train"], card["counts"]["test"]
    count = len(card["labels"])
    labels = f"{count} label{'s' * (count != 1)}" if count else "no labels"
    print_result(printable(f"{out}: {about(card)}"))
    print_result(
        f"{train:,} pictures to train on and {test:,} held out, {labels}, "
        f"{card['size']} x {card['size']} pixels"
    )
    if card["enlarged"]:
        note(f"{card['enlarged']:,} were smaller than that and have been enlarged")
    _left_out("could not be used", card["skipped"])
    _left_out("may not be trained on, and were left out", card["excluded"])
    if UNKNOWN in card["licences"]:
        note(f"{card['licences'][UNKNOWN]:,} have no licence that is known here: --licence NAME")


def _left_out(what: str, pictures: list[dict[str, Any]]) -> None:
    if not pictures:
        return
    note(f"{len(pictures):,} {what}; all are named in data.json:")
    for one in pictures[:SHOWN]:
        note(printable(f"  {one['path']}: {one['reason']}"))
    if len(pictures) > SHOWN:
        note(f"  and {len(pictures) - SHOWN:,} more")


@contextmanager
def _watching() -> Iterator[Callable[[Progress], None]]:
    """A progress bar where a person watches, else a line now and then; both on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda p: bar.update(
            task, completed=p.fraction, description=f"{p.pictures:,} pictures"
        )


def _lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def watch(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            note(f"{100 * progress.fraction:5.1f} %  {progress.pictures:,} pictures")

    return watch


app.command("prepare")(prepare)
app.command("check")(data_check.check)
app.command("cluster")(data_cluster.cluster)
app.command("cluster")(data_cluster.cluster)
