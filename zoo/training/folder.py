"""What a run's folder says of the run, so that it can be resumed and exported from there alone.

``recipe.toml`` is the recipe with all its fields; ``run.json`` says which data, how long, and what
the run started from.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from zoo.errors import DataError, UsageError
from zoo_provenance.atomic import write_atomically

from .recipe import Recipe, load_recipe
from .toml import write_recipe

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"
RECIPE = "recipe.toml"
RUN = "run.json"
LOCK = ".lock"
SCHEMA = 1


@dataclasses.dataclass(frozen=True)
class Length:
    """How long to train: until ``images`` were seen, or for ``minutes`` of training time."""

    images: int | None = None
    minutes: float | None = None

    def fraction(self, images: int, seconds: float) -> float:
        """How much of it is done, from 0."""
        if self.minutes is not None:
            return seconds / (60 * self.minutes)
        assert self.images is not None
        return images / self.images


@dataclasses.dataclass(frozen=True)
class About:
    """A run: its data (folder, name and licence, labels' names, side, count), its length, the
    weights it started from and the threads of the process that began it."""

    data: str
    about: str
    labels: tuple[str, ...]
    size: int
    pictures: int
    length: Length
    init: str | None
    threads: int


def claim(out: Path) -> None:
    """Make sure that a new run loses nothing. Raises UsageError where ``out`` holds something."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file; choose a folder")
    if out.is_dir() and any(path.name != LOCK for path in out.iterdir()):
        what = (
            "holds a run; go on with --resume"
            if (out / RECIPE).is_file()
            else "is not empty; empty it"
        )
        raise UsageError(f"{out} {what}, or choose another --out")


def write_run(out: Path, recipe: Recipe, about: About) -> None:
    """Write both files; the recipe last, since a folder with it counts as a run."""
    out.mkdir(parents=True, exist_ok=True)
    table = {"schema": SCHEMA, **dataclasses.asdict(about)}
    text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    write_atomically(out / RUN, text.encode("utf-8", "surrogateescape"))
    write_atomically(out / RECIPE, write_recipe(recipe).encode())


def hold(out: Path) -> FileLock:
    """Keep other processes from training in ``out`` until the lock is released, or this process
    ends. Raises UsageError where one does."""
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UsageError(
            f"another process is training in {out}; wait for it, stop it (Ctrl-C saves), or choose "
            "another --out"
        ) from error
    return lock


def sweep(out: Path) -> None:
    """Remove what a kill left half written."""
    for path in out.glob(".*.tmp"):
        path.unlink(missing_ok=True)


def read_run(out: Path) -> tuple[Recipe, About]:
    """What :func:`write_run` wrote. UsageError where there is no run, DataError where damaged."""
    if not (out / RECIPE).is_file():
        raise UsageError(f"there is no run in {out} (no {RECIPE}); start one without --resume")
    try:
        table: dict[str, Any] = json.loads((out / RUN).read_text("utf-8"))
        if table.pop("schema") != SCHEMA:
            raise ValueError("it is of another schema")
        length = Length(**table.pop("length"))
        labels = tuple(str(name) for name in table.pop("labels"))
        about = About(length=length, labels=labels, **table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{out / RUN} is missing or damaged ({error}); start another run"
        ) from error
    return load_recipe(out / RECIPE), about
