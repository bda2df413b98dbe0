"""The loop: a model's weights follow the gradient of a reward through its decoder.

For models with several steps this is DRaFT (Clark et al. 2023, arXiv:2309.17400); for those with
one, plain backpropagation. Without a hold it ends in reward hacking: pictures that score high and
are nothing else. So they are held near the original's pictures of the same latents, and the loop
ends where variety collapses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from zoo.errors import PluginError, ZooError
from zoo.training.log import Log, Means, Meter, plain
from zoo.training.loop import SHOW_SECONDS, Progress
from zoo.training.optimisers import minimise
from zoo.training.trainable import Draws

from .held_out import HeldOut, draw_held_out
from .measures import distance
from .plan import Plan
from .rewarding import LoadedReward
from .subject import Decoder

CHECKS = 10
"""Looks at the held-out latents in a run."""
COLLAPSE = 0.5
"""Of the original's variety; below it, tuning ends."""
LOG_STEPS = 10
CLIP = 1.0
BETAS = (0.9, 0.99)
LEAST_SCALE = 0.01  # of the mean reward, where it hardly differs from picture to picture

Ended = Literal["done", "asked", "collapse"]


@dataclass(frozen=True)
class Score:
    """Rewards on the held-out latents: mean and standard deviation."""

    mean: float
    deviation: float


def score_of(rewards: Tensor) -> Score:
    """Raises ZooError where a reward is not finite."""
    if not rewards.isfinite().all():
        raise ZooError(
            "the reward of a picture is not finite; is the reward at fault, or are the weights "
            "damaged?"
        )
    return Score(float(rewards.mean()), float(rewards.std()))


class Tuning:
    """One tuning. Its randomness comes from ``plan.seed`` alone; the held-out latents are drawn
    first."""

    def __init__(
        self,
        plan: Plan,
        tuned: Decoder,
        original: Decoder,
        network: nn.Module,
        reward: LoadedReward,
    ) -> None:
        self.plan, self.tuned, self.original, self.reward = plan, tuned, original, reward
        self.network, self.parameters = network, list(network.parameters())
        self.names = tuned.model.card.labels
        self.rng = torch.Generator().manual_seed(plan.seed)
        device = tuned.model.device
        self.held: HeldOut = draw_held_out(
            self.rng, tuned.latent_shape, len(self.names), device
        )  # fmt: skip
        self.pictures = self.held.pictures(original, plan.batch)
        self.before = score_of(self._held_rewards(self.pictures))
        self.scale = max(self.before.deviation, LEAST_SCALE * abs(self.before.mean), 1e-6)
        self.optimiser = torch.optim.Adam(self.parameters, plan.learning_rate, BETAS)
        self.step = self.images = 0
        self.seconds = 0.0
        self.good_images = 0  # what the weights had seen that passed the last look
        self._good: dict[str, Tensor] = {}
        self._means, self._meter = Means(), Meter()

    def run(
        self,
        log: Log,
        *,
        watch: Callable[[Progress], None],
        stop: Callable[[], bool],
        note: Callable[[str], None],
    ) -> Ended:
        """Tune, and leave in ``network`` the last weights whose variety had not collapsed.

        ``stop`` is asked between steps. Raises ZooError where the reward diverged, or variety had
        collapsed by the first look already.
        """
        started, shown, asked, fraction = time.monotonic(), 0.0, False, 0.0
        while fraction < 1 and not asked:
            figures = self._one_step(fraction)
            self.seconds, asked = time.monotonic() - started, stop()
            before, fraction = fraction, self.plan.length.fraction(self.images, self.seconds)
            rate = self._meter.rate(self.seconds, self.images)
            if self.step == 1 or self.step % LOG_STEPS == 0 or fraction >= 1:
                log.add({**self.row(), "rate": rate, "figures": self._means.take()})
            if time.monotonic() - shown >= SHOW_SECONDS:
                shown = time.monotonic()
                done = min(1.0, fraction)
                watch(
                    Progress(self.step, self.images, self.seconds, done, rate, plain(figures))
                )  # fmt: skip
            due = asked or int(min(1.0, fraction) * CHECKS) > int(before * CHECKS)
            if due and not self._look(log, note):
                return "collapse"
        return "asked" if asked else "done"

    def _one_step(self, fraction: float) -> dict[str, Tensor]:
        batch, device = self.plan.batch, self.tuned.model.device
        draw = Draws(self.rng, batch, device=device)
        z = draw.normal(*self.tuned.latent_shape)
        labels = draw.integers(len(self.names)) if self.names else None
        with torch.no_grad():
            originals = self.original(z, labels)
        pictures = self.tuned(z, labels)
        rewards = self.reward(pictures, labels, self.names)
        self._check_gradients(pictures, rewards)
        gain = (rewards - self.before.mean).mean() / self.scale
        moved = distance(pictures, originals).mean()
        loss = self.plan.penalty * moved - gain
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        rate = self.plan.learning_rate * (1 - fraction)
        minimise(self.optimiser, self.parameters, rate, CLIP)
        self.step += 1
        self.images += batch
        figures = {"reward": rewards.mean().detach(), "distance": moved.detach()}
        self._means.add(figures)
        if not loss.isfinite():
            raise ZooError(
                f"tuning diverged: the loss was not finite in step {self.step}. Nothing but the "
                "log was written; try a lower --learning-rate"
            )
        return figures

    def _look(self, log: Log, note: Callable[[str], None]) -> bool:
        """Measure on the held-out latents; False, and the weights before, where variety is gone."""
        pictures = self.held.pictures(self.tuned, self.plan.batch)
        score = score_of(self._held_rewards(pictures))
        shares = self.held.variety(pictures).share_of(self.held.variety(self.pictures))
        figures = {
            "reward": score.mean,
            "variety_within": shares.within,
            "variety_between": shares.between,
        }
        log.add({**self.row(), "held_out": figures})
        if score.mean <= self.before.mean or shares.least >= COLLAPSE:
            self.good_images = self.images
            self._good = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
            return True
        text = (
            f"after {self.images:,} pictures the reward had risen to {score.mean:.4g}, but the "
            f"variety within labels was {shares.within:.2f} of the original's, between labels "
            f"{shares.between:.2f}"
        )
        log.add({**self.row(), "kind": "collapse", "warning": text})
        advice = "give a higher --penalty or a lower --learning-rate"
        if not self._good:
            raise ZooError(f"reward hacking: {text}. Nothing but the log was written; {advice}")
        note(
            f"warning: reward hacking: {text}. Going back to the weights after "
            f"{self.good_images:,} pictures; for more, {advice}"
        )
        self.network.load_state_dict(self._good)
        return False

    def _held_rewards(self, pictures: Tensor) -> Tensor:
        return self.held.rewards(self.reward, pictures, self.names, self.plan.batch)

    def _check_gradients(self, pictures: Tensor, rewards: Tensor) -> None:
        if not pictures.requires_grad:
            raise PluginError(
                f"the decoder of {self.tuned.model.card.id} gives no gradients (does its decode "
                "run under no_grad or inference_mode?), so that it cannot be tuned"
            )
        if not rewards.requires_grad:
            raise PluginError(f"the reward {self.reward.name} is not differentiable in the picture")

    def row(self) -> dict[str, float]:
        return {"step": self.step, "images": self.images, "seconds": self.seconds}
