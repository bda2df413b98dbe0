"""``zoo train``: train a model from its recipe."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import note, print_result

if TYPE_CHECKING:
    from zoo.training.loop import Progress
    from zoo.training.trainer import Trainer

QUIET_SECONDS = 30  # between lines where nobody watches a progress bar


def train(
    recipe: Annotated[
        str, typer.Argument(help="A trainer's name, such as stylegan-lite, or a .toml recipe.")
    ],
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of tar shards with index.csv and labels.json."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/zoo-train"),
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Train for so long (resumed time counts).")
    ] = None,
    images: Annotated[
        int | None, typer.Option(min=1, help="Train on so many pictures (repeats count).")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=4, help="Pictures a step.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of weights and data.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the recipe and stop.")] = False,
) -> None:
    """Train a model.

    Writes into --out: checkpoint.safetensors (resumable), log.jsonl, sheets of samples, and at the
    end the weights as float16 safetensors, ready for: zoo generate --model local-dir:OUT.
    """
    from zoo.errors import UsageError
    from zoo.plugins import plugin_manager

    trainers = plugin_manager().trainers()
    if show:
        print_result(_recipe_text(recipe, trainers))
        return
    if data is None:
        raise UsageError("say where the pictures are: --data FOLDER")
    if (minutes is None) == (images is None):
        raise UsageError("say how long, in one way: --minutes M or --images N")
    from zoo.extras import require_models

    require_models()
    from zoo.devices import choose_device
    from zoo.training.export import export_run
    from zoo.training.start import find_recipe, overridden, start

    trainer, plan = find_recipe(recipe, trainers)
    plan = overridden(plan, batch=batch, seed=seed)
    note(f"reading {data}")
    run = start(trainer, plan, data=data, out=out, device=choose_device(device), resume=resume)
    note(f"training {trainer.name} on {len(run.data):,} pictures with {run.device}; folder {out}")
    with _watching() as watch, _stoppable() as stopped:
        run.train(minutes=minutes, images=images, watch=watch, stop=stopped)
    if stopped():
        note(
            f"stopped and saved; the same command with --resume goes on from {run.images} pictures"
        )
        raise KeyboardInterrupt
    note("measuring the averaged network's statistics")
    weights = export_run(run, trainer)
    print_result(f"{weights}")
    note(f"try it: zoo generate --model local-dir:{out}")


def _recipe_text(name: str, trainers: Mapping[str, Trainer]) -> str:
    from zoo.errors import UnknownNameError

    if name not in trainers:
        raise UnknownNameError("recipe", name, trainers)
    return trainers[name].recipe.read_text("utf-8").rstrip()


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed; the step at hand is finished first. Twice stops at once."""
    pressed = threading.Event()

    def press(number: int, frame: object) -> None:
        del number, frame
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


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
    with Bar(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda p: bar.update(task, completed=p.fraction, description=_describe(p))


def _lines() -> Callable[[Progress], None]:
    last = 0.0

    def watch(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            note(f"{100 * progress.fraction:5.1f} %  {_describe(progress)}")

    return watch


def _describe(p: Progress) -> str:
    figures = " ".join(f"{name} {value:.2f}" for name, value in p.figures.items())
    return f"{p.images:,} pictures, {p.rate:.0f}/s  {figures}"
