"""Checking that a reward keeps Zoo's contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.plugins import plugin_manager
from zoo.reward import Reward

from .contract import Check, NotTriedError, Report, run_checks
from .watched import manners, watch

if TYPE_CHECKING:
    from torch import Tensor

    from zoo.tuning.rewarding import LoadedReward

    Score = Callable[[Tensor], Tensor]

_SIDE = 64


def check_reward(reward: Reward, *, file: Path | None = None, device: str = "cpu") -> Report:
    """Try every clause of a reward's contract with four made-up pictures; one that is built from a
    file of the user's needs such a ``file``.

    Returns how each went. Raises ContractError, which lists them, where one fails.
    """
    return run_checks(reward.name, _checks(reward, file, device)).demand()


def _checks(reward: Reward, file: Path | None, device: str) -> Iterator[Check]:
    @cache
    def loaded() -> LoadedReward:
        import torch

        from zoo.tuning.rewarding import load_reward

        if reward.file and file is None:
            raise NotTriedError(f"it is built from a file of the user's ({reward.file})")
        return load_reward(reward, torch.device(device), file)

    def loads() -> None:
        loaded()

    def score(pictures: Tensor) -> Tensor:
        return loaded()(pictures, *_labels(len(pictures)))

    yield Check("it loads", loads, essential=True)
    yield Check("it gives one finite number a picture", lambda: _finite(score), essential=True)
    yield Check("gradients reach the pictures", lambda: _differentiable(score))
    yield Check("the same pictures have the same reward", lambda: _repeats(score))
    yield Check("a picture's reward does not depend on the others", lambda: _alone(score))
    yield Check("it leaves the pictures as they are", lambda: _spares(score))
    if not reward.needs_labels:
        yield Check("it works without labels", lambda: _unlabelled(loaded()))
    yield from manners(lambda: watch(lambda: loaded().function(_pictures(), *_labels(4))))


def _labels(count: int) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels that are likely to be known: those of the first model that has any."""
    import torch

    cards = plugin_manager().cards()
    names = next((card.labels for card in cards if card.labels), ("one", "two"))
    return torch.arange(count) % len(names), names


def _pictures(count: int = 4) -> Tensor:
    """Soft colours with grain, (N, 3, 64, 64) in [-1, 1]."""
    import torch
    from torch.nn.functional import interpolate

    draw = torch.Generator().manual_seed(7)
    coarse = torch.randn((count, 3, 6, 6), generator=draw)
    grain = torch.randn((count, 3, _SIDE, _SIDE), generator=draw)
    return (interpolate(coarse, _SIDE, mode="bilinear") + 0.1 * grain).tanh()


def _finite(score: Score) -> str | None:
    found = score(_pictures())  # raises PluginError for another shape
    return None if found.isfinite().all() else f"it gives {found.tolist()}"


def _differentiable(score: Score) -> str | None:
    import torch

    with torch.enable_grad():
        pictures = _pictures().requires_grad_()
        found = score(pictures)
        if not found.requires_grad:
            return "it gives numbers without gradient; leave out no_grad, detach, item and numpy"
        (gradient,) = torch.autograd.grad(found.sum(), pictures)
    if not gradient.isfinite().all():
        return "its gradient is not finite; mind square roots and logarithms at 0"
    if not gradient.flatten(1).any(1).all():
        return "its gradient is 0: nothing could be raised"
    return None


def _repeats(score: Score) -> str | None:
    one, other = score(_pictures()), score(_pictures())
    if _near(one, other):
        return None
    return f"scored twice, {one.tolist()} and {other.tolist()}; draw from a fixed seed"


def _alone(score: Score) -> str | None:
    pictures = _pictures()
    together, alone = score(pictures)[:1], score(pictures[:1])
    if _near(together, alone):
        return None
    return (
        f"picture 0 scores {float(together):.4g} in a batch of four and {float(alone):.4g} alone; "
        "take means over a picture, not over the batch"
    )


def _spares(score: Score) -> str | None:
    import torch

    pictures = _pictures()
    before = pictures.clone()
    score(pictures)
    if torch.equal(before, pictures):
        return None
    return "it writes into the pictures that it is given; work on a copy"


def _unlabelled(loaded: LoadedReward) -> str | None:
    found = loaded(_pictures(), None, ())
    return None if found.isfinite().all() else f"without labels it gives {found.tolist()}"


def _near(one: Tensor, other: Tensor) -> bool:
    import torch

    return torch.allclose(one, other, rtol=1e-3, atol=1e-4)
