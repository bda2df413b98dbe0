"""Start or go on with a training run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from zoo.data.card import read_card
from zoo.data.pack import Pictures, load_pack
from zoo.errors import UsageError

from .distributed import World
from .export import build
from .folder import CHECKPOINT, About, Length, claim, hold, read_run, sweep, write_run
from .initial import initialise, read_initial
from .loop import Run
from .overrides import differences, override
from .planning import find_trainer, plan
from .recipe import Recipe, load_recipe
from .trainer import Trainer


@dataclass(frozen=True)
class Asked:
    """What a run is asked for. With ``resume``, only ``out`` is needed; what is given beside it
    must agree with the run, except for the length, which may be another one."""

    out: Path
    recipe: str | None = None
    settings: tuple[str, ...] = ()
    data: Path | None = None
    length: Length | None = None
    epochs: float | None = None
    init: Path | None = None
    resume: bool = False
    world: World = field(default_factory=World)
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))


def start(
    asked: Asked, trainers: Mapping[str, Trainer], note: Callable[[str], None]
) -> tuple[Run, Trainer, Length]:
    """A run that is ready to train: data mapped, weights drawn from the recipe's seed, taken from
    ``init``, or resumed.

    Raises UsageError where ``out`` holds a run and ``resume`` is False, so that nothing is lost,
    and where what is asked does not agree with the run.
    """
    trainer, recipe, about = (_resumed if asked.resume else _new)(asked, trainers)
    folder = Path(about.data)
    pictures = load_pack(folder)
    held_out = load_pack(folder, "test") if read_card(folder)["counts"].get("test") else None
    _compare_data(about, pictures, folder)
    trainable = build(trainer, recipe, about)
    if about.init and not (asked.resume and (asked.out / CHECKPOINT).is_file()):
        kept = initialise(
            trainable.networks["model"], read_initial(Path(about.init)), max(1, len(about.labels))
        )
        if kept:
            note(f"--init: other labels, so these start anew: {', '.join(kept)}")
    if asked.resume and about.threads != torch.get_num_threads():
        note(
            f"this process has {torch.get_num_threads()} threads, the run began with "
            f"{about.threads}: results will differ in their last bits (OMP_NUM_THREADS sets it)"
        )
    run = Run(recipe, trainable, pictures, held_out, asked.out, asked.device, asked.world, note)
    if asked.world.leads:  # only now, so that an error before leaves no folder behind
        run.lock = hold(asked.out)
        sweep(asked.out)
        write_run(asked.out, recipe, about)
    if asked.resume:
        run.resume()
    return run, trainer, about.length


def _new(asked: Asked, trainers: Mapping[str, Trainer]) -> tuple[Trainer, Recipe, About]:
    if asked.recipe is None:
        raise UsageError(f"say what to train: {', '.join(trainers)}, or a .toml recipe")
    if asked.data is None:
        raise UsageError("say where the pictures are: --data FOLDER, as zoo data prepare made it")
    trainer, recipe = plan(asked.recipe, asked.settings, trainers)
    if asked.world.leads:
        claim(asked.out)
    data = load_pack(asked.data)
    length = _length(asked, len(data))
    if length is None:
        raise UsageError("say how long, in one way: --epochs E, --images N or --minutes M")
    if asked.init:
        read_initial(asked.init)  # an error now, before anything is written
    about = About(
        data=str(asked.data.absolute()),
        about=data.about,
        labels=data.names,
        size=data.size,
        pictures=len(data),
        length=length,
        init=str(asked.init.absolute()) if asked.init else None,
        threads=torch.get_num_threads(),
    )
    return trainer, recipe, about


def _resumed(asked: Asked, trainers: Mapping[str, Trainer]) -> tuple[Trainer, Recipe, About]:
    recipe, about = read_run(asked.out)
    trainer = find_trainer(recipe, trainers, str(asked.out))
    if asked.recipe is not None:
        wanted = plan(asked.recipe, asked.settings, trainers)[1]
    else:
        wanted = override(recipe, asked.settings, load_recipe(trainer.recipe).model)
    if differing := differences(wanted, recipe):
        raise UsageError(
            f"the run in {asked.out} has another recipe: {'; '.join(differing)}. --resume goes on "
            "with the run's own; start another with --init and another --out"
        )
    if asked.init is not None:
        raise UsageError("--init starts a run; leave it out with --resume")
    data = about.data if asked.data is None else str(asked.data.absolute())
    length = _length(asked, about.pictures) or about.length
    return trainer, recipe, replace(about, data=data, length=length)


def _length(asked: Asked, pictures: int) -> Length | None:
    if asked.epochs is not None:
        return Length(images=max(1, round(asked.epochs * pictures)))
    return asked.length


def _compare_data(about: About, pictures: Pictures, folder: Path) -> None:
    """The data of a run may move to another folder, but not change."""
    found = (pictures.names, pictures.size, len(pictures))
    if found != (about.labels, about.size, about.pictures):
        raise UsageError(
            f"the run was started on {about.pictures:,} pictures of {about.size} pixels with "
            f"{len(about.labels)} labels, but {folder} has {len(pictures):,} of {pictures.size} "
            f"with {len(pictures.names)}; give the same data with --data"
        )
