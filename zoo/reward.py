"""Rewards: what ``zoo tune`` makes a model's pictures score higher in, known without torch."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import PluginError


@dataclass(frozen=True)
class Reward:
    """What a reward is. Raises PluginError where a field does not fit.

    ``factory`` is ``module:function``, imported on first use and called as ``factory(device)``; it
    returns a :class:`zoo.tuning.rewarding.RewardFunction`. With ``needs_labels``, only models that
    have labels can be tuned with it. With ``file``, words that say what a file holds, the reward is
    built from such a file of the user's, and called as ``factory(device, path)``.
    """

    name: str
    summary: str
    factory: str
    needs_labels: bool = False
    file: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.summary.strip() or ":" not in self.factory:
            raise PluginError(
                f"reward {self.name!r}: expected a name, a summary and a factory module:function, "
                f"got {self.factory!r}"
            )
