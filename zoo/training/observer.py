"""What a run shows while it trains: sheets, held-out figures, warnings, the plot; and the best
checkpoint. The leading process does all of it, between steps; nothing here touches the training's
own state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from zoo.data.pack import Pictures
from zoo_provenance.record import Record

from .checkpoint import read_state, save_checkpoint
from .copies import Copies
from .folder import BEST
from .held_out import at_rest, evaluate
from .overfitting import SIGNS
from .plot import PLOT, save_plot
from .sheet import save_sheet
from .trainable import Draws

if TYPE_CHECKING:
    from .loop import Pace, Run

SAMPLES = 64


class Observer:
    """Watches a run and writes what it sees into the run's folder."""

    def __init__(
        self, run: Run, data: Pictures, held_out: Pictures | None, note: Callable[[str], None]
    ) -> None:
        self.run, self.data, self.held_out, self.note = run, data, held_out, note
        self._copies: Copies | None = None
        self._sheet_at = self._evaluated_at = -1
        self._sheet_seconds = 0.0
        self._plots = True

    def begin(self) -> None:
        """Call before the first step."""
        self._sheet_seconds = self.run.seconds
        if self.run.world.leads and self.held_out is None:
            self.note("the data have no test pictures: no held-out figures, no best checkpoint")

    def after_step(self, seen: int, pace: Pace) -> None:
        """Call after a step that began with ``seen`` images; does what is due."""
        run = self.run
        if not run.world.leads:
            return
        if _crossed(seen, run.images, run.recipe.held_out_every):
            self._evaluate()
        late = run.seconds - self._sheet_seconds >= 60 * pace.sheet_minutes > 0
        if late or _crossed(seen, run.images, pace.sheet_images):
            self._show()

    def end(self, pace: Pace) -> None:
        """Call after the last step."""
        run = self.run
        if not run.world.leads or not run.step:
            return
        if run.recipe.held_out_every and self._evaluated_at != run.images:
            self._evaluate()
        if self._sheet_at != run.images and (pace.sheet_minutes or pace.sheet_images):
            self._show()
        else:
            self._plot()

    def _evaluate(self) -> None:
        """Log the held-out figures, and keep the averaged network where it is the best so far."""
        run = self.run
        self._evaluated_at = run.images
        if self.held_out is None:
            return
        average = run.average.network
        figures = evaluate(run.trainable, average, self.held_out, run.recipe, run.device)
        if not figures:
            return
        run.log.add({**run.row(), "held_out": figures})
        name, score = next(iter(figures.items()))
        if score < float(read_state(run.out / BEST).get("score", "inf")):
            state = {**run.row(), "figure": name, "score": score}
            save_checkpoint(run.out / BEST, {"average": average}, {}, None, state)
        self._warn("held-out", "discriminator")

    def _show(self) -> None:
        """Write a sheet, compare it with the training pictures, and draw the plot."""
        run = self.run
        self._sheet_at, self._sheet_seconds = run.images, run.seconds
        pictures = self._samples()
        if pictures is not None:
            save_sheet(pictures, run.out / f"samples-{run.images:07d}.png", self._record())
            if self.held_out is not None:
                self._copies = self._copies or Copies(self.data, self.held_out)
                found = {
                    "samples": self._copies.samples(pictures),
                    "held_out": self._copies.held_out,
                }
                run.log.add({**run.row(), "copies": found})
                self._warn("copies")
        self._plot()

    def _plot(self) -> None:
        run = self.run
        if self._plots and not save_plot(run.log.rows, run.out / PLOT, self._title()):
            self._plots = False
            self.note("no plot.png: matplotlib is not installed")

    @torch.no_grad()
    def _samples(self) -> torch.Tensor | None:
        """8 x 8 samples of the averaged weights, spread over the labels, the same noise each
        time."""
        run = self.run
        labels = torch.arange(SAMPLES) * max(1, len(self.data.names)) // SAMPLES
        rng = torch.Generator().manual_seed(run.recipe.seed)
        draw = Draws(rng, SAMPLES, device=run.device)
        with at_rest(run.trainable.networks.values(), run.device):
            return run.trainable.sample(run.average.network, labels.to(run.device), draw)

    def _record(self) -> Record:
        options: dict[str, Any] = {"images": self.run.images}
        return Record(
            model=self.run.recipe.trainer,
            family="training",
            seed=self.run.recipe.seed,
            options=options,
            trained_on=self.data.about,
            versions={"torch": torch.__version__},
        )

    def _title(self) -> str:
        return f"{self.run.recipe.trainer}, {self.run.images:,} images of {self.data.about}"

    def _warn(self, *kinds: str) -> None:
        run = self.run
        for kind in kinds:
            if not run.log.warned(kind) and (text := SIGNS[kind](run.log.rows)):
                run.log.add({**run.row(), "kind": kind, "warning": text})
                self.note(f"overfitting: {text}")


def _crossed(before: int, after: int, every: int) -> bool:
    """Whether a multiple of ``every`` lies in (before, after]; never where it is 0."""
    return bool(every) and before // every != after // every
