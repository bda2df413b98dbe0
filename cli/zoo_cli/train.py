"""``zoo train``: train a model from its recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from .output import note, print_json, print_result
from .train_watch import stoppable, watching

if TYPE_CHECKING:
    import torch

    from zoo.training.loop import Pace
    from zoo.training.start import Asked
    from zoo.training.trainer import Trainer

INTERRUPTED = 130  # what shells report for Ctrl-C
Which = Literal["best", "last"]


def train(
    recipe: Annotated[
        str | None,
        typer.Argument(help="A trainer's name, such as stylegan-lite, or a .toml recipe."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A data set that zoo data prepare made.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/zoo-train"),
    epochs: Annotated[
        float | None, typer.Option(min=0.001, help="Train so often on every picture.")
    ] = None,
    images: Annotated[
        int | None, typer.Option(min=1, help="Train on so many pictures (repeats count).")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Train for so long (resumed time counts).")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a field of the recipe."),
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Pictures a step.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of weights and data.")] = None,
    init: Annotated[
        Path | None, typer.Option(help="Start from weights that zoo train exported.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    sheet_minutes: Annotated[
        float, typer.Option(min=0, help="Minutes between sheets of samples; 0 for none.")
    ] = 5.0,
    sheet_images: Annotated[
        int, typer.Option(min=0, help="Pictures trained on between sheets; 0 for none.")
    ] = 0,
    save_minutes: Annotated[
        float, typer.Option(min=0, help="Minutes between checkpoints; 0 for the last only.")
    ] = 2.0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out; nothing else is needed.")
    ] = False,
    export: Annotated[
        str, typer.Option(help="best (by the held-out score, where there is one) or last.")
    ] = "best",
    export_only: Annotated[
        bool, typer.Option("--export-only", help="Export what the run in --out holds, and stop.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the recipe and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Train a model, on one machine or under torchrun.

    Writes into --out: checkpoint.safetensors (resumable), log.jsonl, plot.png, sheets of samples,
    and at the end the weights as float16 safetensors, ready for: zoo generate --model OUT.
    """
    from zoo.errors import UsageError
    from zoo.plugins import plugin_manager

    trainers = plugin_manager().trainers()
    settings = _settings(settings, batch, seed)
    if show:
        print_result(_recipe_text(recipe, settings, trainers))
        return
    if export not in ("best", "last"):
        raise UsageError(f"--export is {export!r}; expected best or last")
    if sum(given is not None for given in (epochs, images, minutes)) > 1:
        raise UsageError("say how long in one way: --epochs E, --images N or --minutes M")
    from zoo.extras import require_models

    require_models()
    from zoo.devices import choose_device
    from zoo.training.distributed import join
    from zoo.training.folder import Length
    from zoo.training.loop import Pace
    from zoo.training.start import Asked

    which = cast(Which, export)
    where = choose_device(device)
    if export_only:
        _export(out, trainers, where, which, as_json)
        return
    length = None if images is None and minutes is None else Length(images, minutes)
    with join(where) as (world, own):
        asked = Asked(out, recipe, tuple(settings), data, length, epochs, init, resume, world, own)
        pace = Pace(save_minutes, sheet_minutes, sheet_images)
        done = _train(asked, pace, trainers)
    if not done:
        if world.leads:
            note(f"stopped and saved. Go on:            zoo train --resume --out {out}")
            note(f"Or use what there is by now:  zoo train --export-only --out {out}")
        raise typer.Exit(INTERRUPTED)
    if world.leads:
        _export(out, trainers, own, which, as_json)


def _train(asked: Asked, pace: Pace, trainers: Mapping[str, Trainer]) -> bool:
    """Train; False where it was stopped before its end."""
    from zoo.training.start import start

    leads, size = asked.world.leads, asked.world.size
    run, trainer, length = start(asked, trainers, note if leads else lambda _: None)
    if leads:
        share = f" in {size} processes" if size > 1 else ""
        note(
            f"training {trainer.name} on {run.data.about}: {len(run.data):,} pictures of "
            f"{run.data.size} pixels, {max(1, len(run.data.names))} labels; {run.device}{share}; "
            f"folder {asked.out}" + (f"; going on after {run.images:,}" if run.images else "")
        )
    with stoppable(alone=size == 1) as stop, watching(quiet=not leads) as watch:
        return run.train(length, pace, watch=watch, stop=stop)


def _export(
    out: Path, trainers: Mapping[str, Trainer], device: torch.device, which: Which, as_json: bool
) -> None:
    from zoo.plugins import plugin_manager
    from zoo.training.export import export_run
    from zoo.training.folder import read_run
    from zoo.training.planning import find_trainer

    recipe, _ = read_run(out)
    trainer = find_trainer(recipe, trainers, str(out))
    note("finishing the averaged network (some need statistics or a prior; up to a few minutes)")
    path, table = export_run(out, trainer, device, which)
    if as_json:
        print_json({"schema": 1, **table, "path": str(path)})
    else:
        print_result(str(path))
    note(
        f"exported the weights after {table['images']:,} pictures: {table['size'] / 1e6:.1f} MB, "
        f"sha256 {table['sha256'][:16]}…"
    )
    if any(card.architecture == trainer.name for card in plugin_manager().cards()):
        note(f"try it: zoo generate --model {out}")


def _settings(settings: Sequence[str] | None, batch: int | None, seed: int | None) -> list[str]:
    """--batch and --seed are short for --set."""
    given = {"batch": batch, "seed": seed}
    short = [f"{name}={value}" for name, value in given.items() if value is not None]
    return [*(settings or ()), *short]


def _recipe_text(name: str | None, settings: Sequence[str], trainers: Mapping[str, Trainer]) -> str:
    """The recipe as it was written, or, with settings, as it would be used."""
    from zoo.errors import UsageError
    from zoo.training.planning import find_recipe, plan
    from zoo.training.toml import write_recipe

    if name is None:
        raise UsageError(f"say which recipe: {', '.join(trainers)}, or a .toml file")
    trainer, _ = find_recipe(name, trainers)
    if settings:
        return write_recipe(plan(name, settings, trainers)[1]).rstrip()
    source = Path(name) if name.endswith(".toml") else trainer.recipe
    return source.read_text("utf-8").rstrip()
