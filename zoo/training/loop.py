"""The training loop: one for every family."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch
from filelock import FileLock
from torch import Tensor, nn

from zoo.data.pack import Pictures
from zoo.errors import ZooError

from .batches import Batches
from .checkpoint import load_checkpoint, save_checkpoint
from .distributed import World
from .ema import Average
from .folder import CHECKPOINT, Length
from .global_norm import share_batch_norms
from .guard import guarded
from .log import Log, Means, Meter, plain
from .observer import Observer
from .optimisers import make_optimiser, minimise
from .recipe import Recipe
from .schedule import rate_factor
from .trainable import Figures, Phase, Trainable

LOG_STEPS = 50
SHOW_SECONDS = 0.5


@dataclasses.dataclass(frozen=True)
class Progress:
    """Where a run stands: steps and images done, seconds of training (over all resumes), the
    fraction of its length, pictures a second, and the figures of the last step."""

    step: int
    images: int
    seconds: float
    fraction: float
    rate: float
    figures: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Pace:
    """How often things are written; 0 is never. At the end, a checkpoint is written in any case,
    and a sheet if there are any."""

    save_minutes: float = 2.0
    sheet_minutes: float = 5.0
    sheet_images: int = 0


class Run:
    """A training run in a folder, on this process's share of each batch."""

    def __init__(
        self,
        recipe: Recipe,
        trainable: Trainable,
        data: Pictures,
        held_out: Pictures | None,
        out: Path,
        device: torch.device,
        world: World,
        note: Callable[[str], None],
    ) -> None:
        self.recipe, self.trainable, self.out, self.device = recipe, trainable, out, device
        self.world, self.data = world, data
        self._place()
        self.average = Average(trainable.networks["model"], recipe.ema_half_life)
        if world.size > 1:
            world.align(self._networks().values())
            share_batch_norms(trainable.networks.values())
        if recipe.compile:
            for network in trainable.networks.values():
                network.compile()
        self.phases = trainable.phases()
        self.optimisers = {
            p.name: make_optimiser(recipe, p.parameters, p.learning_rate) for p in self.phases
        }
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.batches = Batches(
            data,
            recipe.batch,
            recipe.group,
            seed=recipe.seed,
            flip=recipe.flip,
            rows=world.rows(recipe.batch, recipe.group),
            device=device,
            channels_last=recipe.channels_last,
        )
        self.step = 0
        self.images = 0
        self.seconds = 0.0
        self.log = Log(out, writes=world.leads)
        self.observer = Observer(self, data, held_out, note)
        self.lock: FileLock | None = None
        """What keeps others out of the folder; released when training ends."""
        self._means, self._meter = Means(), Meter()
        self._finite = torch.ones((), dtype=torch.bool, device=device)

    def _place(self) -> None:
        for network in self.trainable.networks.values():
            network.to(self.device)
            if self.recipe.channels_last:
                network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def _networks(self) -> dict[str, nn.Module]:
        return {**self.trainable.networks, "average": self.average.network}

    def save(self) -> None:
        """Write the checkpoint. Raises ZooError, and keeps the old one, where a loss was not
        finite since the last."""
        self._check_finite()
        if self.world.leads:
            state = {"step": self.step, "images": self.images, "seconds": self.seconds}
            path = self.out / CHECKPOINT
            save_checkpoint(path, self._networks(), self.optimisers, self.rng, state)

    def resume(self) -> None:
        """Go on from the checkpoint; from the beginning where there is none yet."""
        path = self.out / CHECKPOINT
        if path.is_file():
            state = load_checkpoint(path, self._networks(), self.optimisers, self.rng)
            self.step, self.images = state["step"], state["images"]
            self.seconds = state["seconds"]
        self.log.resume(self.step)

    def train(
        self,
        length: Length,
        pace: Pace,
        *,
        watch: Callable[[Progress], None],
        stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Train to ``length``; False where ``stop`` ended it before.

        ``stop`` is asked between steps, so that what is saved is always a whole number of them.
        """
        try:
            with guarded(f"training {self.recipe.trainer}"):
                fraction = self._train(length, pace, watch, stop)
                self._finish(fraction, pace)
        finally:
            if self.lock:
                self.lock.release()
        return length.fraction(self.images, self.seconds) >= 1

    def _train(
        self,
        length: Length,
        pace: Pace,
        watch: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> float:
        """All steps; the fraction of the run that lay behind the last."""
        before, started, shown = self.seconds, time.monotonic(), 0.0
        saved = self.seconds
        if not self.step:
            self.save()
        self.observer.begin()
        stopped, fraction = False, 0.0
        while (done := length.fraction(self.images, self.seconds)) < 1 and not stopped:
            seen, fraction = self.images, done
            figures = self._one_step(fraction)
            self.seconds, asked = self.world.agree(before + time.monotonic() - started, stop())
            stopped = bool(asked)
            rate = self._meter.rate(self.seconds, self.images)
            if self.step == 1 or self.step % LOG_STEPS == 0:
                self._log(rate, fraction)
            if self.world.leads and time.monotonic() - shown >= SHOW_SECONDS:
                shown = time.monotonic()
                watch(self._progress(length, rate, figures))
            if pace.save_minutes and self.seconds - saved >= 60 * pace.save_minutes:
                self.save()
                saved = self.seconds
            self.observer.after_step(seen, pace)
        return fraction

    def _one_step(self, fraction: float) -> Figures:
        batch = self.batches(self.step, self.images, self.rng)
        self.step += 1
        self.images += self.recipe.batch
        factor = rate_factor(self.recipe, self.images, fraction)
        figures: dict[str, float | Tensor] = {}
        for phase in self.phases:
            with self._precision():
                loss, values = phase.loss(batch)
            self._descend(phase, loss, factor)
            figures |= values
        if self.world.size > 1:
            self.world.average_buffers(self.trainable.networks.values())
        self.average.update(self.recipe.batch, self.images)
        self._means.add(figures)
        return figures

    def _precision(self) -> AbstractContextManager[object]:
        if self.recipe.bf16:
            return torch.autocast(self.device.type, torch.bfloat16)
        return nullcontext()

    def _descend(self, phase: Phase, loss: Tensor, factor: float) -> None:
        optimiser = self.optimisers[phase.name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._finite &= loss.detach().isfinite()
        self.world.average_gradients(phase.parameters)
        minimise(optimiser, phase.parameters, phase.learning_rate * factor, self.recipe.clip)

    def _progress(self, length: Length, rate: float, figures: Figures) -> Progress:
        fraction = min(1.0, length.fraction(self.images, self.seconds))
        return Progress(self.step, self.images, self.seconds, fraction, rate, plain(figures))

    def row(self) -> dict[str, float]:
        """What every row of the log begins with."""
        return {"step": self.step, "images": self.images, "seconds": self.seconds}

    def _log(self, rate: float, fraction: float) -> None:
        self._check_finite()
        factor = rate_factor(self.recipe, self.images, fraction)
        rates = {phase.name: phase.learning_rate * factor for phase in self.phases}
        figures = self.world.mean(self._means.take())
        self.log.add({**self.row(), "rate": rate, "lr": rates, "figures": figures})

    def _check_finite(self) -> None:
        if not self.world.mean({"finite": float(self._finite)})["finite"] == 1:
            raise ZooError(
                f"training diverged: a loss was not finite before step {self.step}. The checkpoint "
                f"in {self.out} is from before; start another run with a lower learning rate, "
                "--set clip=1, or a longer --set warmup=…"
            )

    def _finish(self, fraction: float, pace: Pace) -> None:
        logged = [row["step"] for row in self.log.rows if "figures" in row]
        if self.step and logged[-1:] != [self.step]:
            self._log(self._meter.rate(self.seconds, self.images), fraction)
        self.save()
        self.observer.end(pace)
