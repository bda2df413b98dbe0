"""The training loop: one for every family."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, optim

from zoo.errors import UsageError
from zoo_provenance.record import Record

from .checkpoint import load_checkpoint, save_checkpoint
from .draw import Draw
from .ema import Average
from .recipe import Recipe
from .shards import Pictures
from .sheet import save_sheet
from .trainable import Batch, Trainable

CHECKPOINT = "checkpoint.safetensors"


@dataclasses.dataclass(frozen=True)
class Progress:
    """Where a run stands; handed to the watcher after each step."""

    step: int
    images: int
    seconds: float
    fraction: float
    rate: float
    figures: dict[str, float]


class Run:
    """A training run in a folder: ``checkpoint.safetensors``, ``log.jsonl``, ``samples-*.png``."""

    def __init__(
        self,
        recipe: Recipe,
        trainable: Trainable,
        data: Pictures,
        out: Path,
        device: torch.device,
    ) -> None:
        self.recipe, self.trainable, self.data, self.out = recipe, trainable, data, out
        self.device = device
        for network in trainable.networks.values():
            network.to(device)
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(trainable.networks["generator"], recipe.ema_half_life)
        self.phases = trainable.phases()
        self.optimisers = {
            p.name: optim.Adam(p.parameters, p.learning_rate, (recipe.beta1, recipe.beta2))
            for p in self.phases
        }
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.draw = Draw(data.labels)
        self.step = 0
        self.images = 0
        self.seconds = 0.0

    def _networks(self) -> dict[str, torch.nn.Module]:
        return {**self.trainable.networks, "average": self.average.network}

    def save(self) -> None:
        state = {"step": self.step, "images": self.images, "seconds": self.seconds}
        save_checkpoint(self.out / CHECKPOINT, self._networks(), self.optimisers, self.rng, state)

    def resume(self) -> None:
        path = self.out / CHECKPOINT
        if not path.is_file():
            raise UsageError(f"nothing to resume: there is no {path}")
        state = load_checkpoint(path, self._networks(), self.optimisers, self.rng)
        self.step, self.images = state["step"], state["images"]
        self.seconds = state["seconds"]

    def train(
        self,
        *,
        minutes: float | None,
        images: int | None,
        watch: Callable[[Progress], None],
        stop: Callable[[], bool] = lambda: False,
        sheet_minutes: float = 5.0,
        save_minutes: float = 2.0,
    ) -> None:
        """Train until ``minutes`` of training time or ``images`` pictures (one must be given).

        ``stop`` is asked between steps, so that what is saved is always a whole number of them.
        """
        if (minutes is None) == (images is None):
            raise UsageError("give either minutes or images")
        self.out.mkdir(parents=True, exist_ok=True)
        before, started = self.seconds, time.monotonic()
        next_sheet = self.seconds + 60 * sheet_minutes
        next_save = self.seconds + 60 * save_minutes
        meter = _Meter()
        while (fraction := self._fraction(minutes, images)) < 1 and not stop():
            figures = self._one_step(fraction)
            self.seconds = before + time.monotonic() - started
            rate = meter.rate(self.seconds, self.images)
            progress = Progress(self.step, self.images, self.seconds, fraction, rate, figures)
            watch(progress)
            if self.step % 50 == 0:
                self._log(progress)
            if self.seconds >= next_save:
                self.save()
                next_save = self.seconds + 60 * save_minutes
            if self.seconds >= next_sheet:
                self.sheet()
                next_sheet = self.seconds + 60 * sheet_minutes
        self.save()
        self.sheet()

    def _fraction(self, minutes: float | None, images: int | None) -> float:
        if minutes is not None:
            return self.seconds / (60 * minutes)
        assert images is not None
        return self.images / images

    def _one_step(self, fraction: float) -> dict[str, float]:
        batch = self._batch()
        factor = _decay(fraction, self.recipe.decay_from, self.recipe.decay_to)
        figures: dict[str, float] = {}
        for phase in self.phases:
            optimiser = self.optimisers[phase.name]
            for group in optimiser.param_groups:
                group["lr"] = phase.learning_rate * factor
            loss, values = phase.loss(batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            figures |= values
        self.step += 1
        self.images += len(batch.labels)
        self.average.update(self.trainable.networks["generator"], len(batch.labels), self.images)
        return figures

    def _batch(self) -> Batch:
        index = self.draw(self.recipe.batch, self.recipe.group, self.rng)
        pictures: Tensor = self.data.pixels[index].float().div_(127.5).sub_(1)
        if self.recipe.flip:
            mirrored = torch.rand(len(index), generator=self.rng) < 0.5
            pictures[mirrored] = pictures[mirrored].flip(3)
        return Batch(
            pictures.to(self.device, memory_format=torch.channels_last),
            self.data.labels[index].to(self.device),
            self.rng,
            self.step,
        )

    @torch.inference_mode()
    def sheet(self) -> None:
        """Write a sheet of 8 x 8 samples of the averaged weights, the same latents each time."""
        labels = torch.arange(64) * len(self.data.names) // 64
        rng = torch.Generator().manual_seed(self.recipe.seed)
        pictures = self.trainable.sample(self.average.network, labels.to(self.device), rng)
        record = Record(
            model=self.recipe.trainer,
            family="training",
            seed=self.recipe.seed,
            options={"images": self.images},
            trained_on=self.data.about,
            versions={"torch": torch.__version__},
        )
        save_sheet(pictures, self.out / f"samples-{self.images:07d}.png", record)

    def _log(self, progress: Progress) -> None:
        row: dict[str, Any] = dataclasses.asdict(progress)
        row |= row.pop("figures")
        row = {k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")


class _Meter:
    """Pictures a second over the last half minute or so."""

    def __init__(self) -> None:
        self.marks: list[tuple[float, int]] = []

    def rate(self, seconds: float, images: int) -> float:
        self.marks.append((seconds, images))
        while len(self.marks) > 2 and seconds - self.marks[0][0] > 30:
            self.marks.pop(0)
        (t0, n0), (t1, n1) = self.marks[0], self.marks[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 else 0.0


def _decay(fraction: float, start: float, end: float) -> float:
    """1 up to ``start`` of the run, then linearly down to ``end``."""
    if fraction < start:
        return 1.0
    return max(end, (1 - fraction) / (1 - start))
