"""Loading rewards, and checking what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from zoo.boundary import held, named_if_slow
from zoo.errors import PluginError
from zoo.factories import import_factory
from zoo.origin import with_origin
from zoo.picture_rules import type_of
from zoo.reward import Reward


class RewardFunction(Protocol):
    """What a reward's factory returns.

    It may have ``facts``, a dictionary of texts and numbers that say what it was built from and how
    far it can be trusted: they are told before tuning, and kept with the tuned weights. Its
    ``explained``, a sequence of sentences, says what these facts mean; ``meaning(before, after)``
    says in a sentence what it means that the mean reward went from one to the other. One that
    asks judges names them in ``judges``, a sequence of text, so that nobody takes these for
    independent afterwards.
    """

    def __call__(
        self, pictures: Tensor, labels: Tensor | None, label_names: tuple[str, ...]
    ) -> Tensor:
        """The reward (B,) of each picture, differentiable in them; higher is better.

        ``pictures`` (B, 3, H, W) lie in [-1, 1]. ``labels`` (B,) int64 are the asked labels, as
        indices into ``label_names``; None, and no names, for a model without labels.
        """
        ...


@dataclass(frozen=True)
class LoadedReward:
    """A reward at work; it has the contract of :class:`RewardFunction`, which it holds to it."""

    name: str
    function: RewardFunction

    @property
    def facts(self) -> dict[str, str | float]:
        """What the reward says of itself."""
        return dict(getattr(self.function, "facts", {}))

    @property
    def explained(self) -> tuple[str, ...]:
        """What these facts mean, in sentences."""
        return tuple(getattr(self.function, "explained", ()))

    def meaning(self, before: float, after: float) -> str:
        """What it means that the mean reward went from ``before`` to ``after``; empty where the
        reward does not say."""
        told = getattr(self.function, "meaning", None)
        return "" if told is None else str(told(before, after))

    @property
    def judges(self) -> tuple[str, ...]:
        """The names of the judges that it has asked."""
        return tuple(getattr(self.function, "judges", ()))

    def __call__(
        self, pictures: Tensor, labels: Tensor | None, label_names: tuple[str, ...]
    ) -> Tensor:
        """Raises PluginError where the reward breaks its contract."""
        who = with_origin(f"the reward {self.name}", "zoo_rewards", self.name)
        with held(who):
            rewards = self.function(pictures, labels, label_names)
        if not isinstance(rewards, Tensor) or rewards.shape != (len(pictures),):
            found = (
                f"a tensor of shape {tuple(rewards.shape)}"
                if isinstance(rewards, Tensor)
                else type_of(rewards)
            )
            raise PluginError(
                f"{who} answered {found}; expected a tensor of shape ({len(pictures)},), one "
                "number a picture"
            )
        if not rewards.isfinite().all() and pictures.isfinite().all():
            raise PluginError(f"{who} answered values that are not finite for pictures that are")
        return rewards.float()


def load_reward(reward: Reward, device: torch.device, file: Path | None = None) -> LoadedReward:
    """The function of a reward, built from ``file`` where it needs one. Raises PluginError where
    its factory fails."""
    who = with_origin(f"the reward {reward.name}", "zoo_rewards", reward.name)
    build = import_factory(reward.factory, who)
    with named_if_slow(f"{who}: loading"), held(f"{who}: {reward.factory}", builds=True):
        built = build(device) if file is None else build(device, file)
    return LoadedReward(reward.name, built)
