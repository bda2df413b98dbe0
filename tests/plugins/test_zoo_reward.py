"""Zoo's rewards: what they say of pictures whose order is known, and that gradients follow them."""

from __future__ import annotations

import colorsys
import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from zoo.errors import UsageError
from zoo.plugins import plugin_manager
from zoo.tuning.rewarding import LoadedReward, load_reward
from zoo_reward.preference import LearntPreference

RNG = 7


def reward(name: str) -> LoadedReward:
    return load_reward(plugin_manager().rewards()[name], torch.device("cpu"))


def discs(size: int = 64) -> Tensor:
    """Coloured discs on white, four pictures with hard edges."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    pictures = torch.ones(4, 3, size, size)
    for index, radius in enumerate((10, 14, 18, 22)):
        inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < radius**2
        colour = torch.tensor(colorsys.hsv_to_rgb(index / 4, 0.8, 0.8))[:, None]
        pictures[index][:, inside] = 2 * colour.expand(3, int(inside.sum())) - 1
    return pictures


def blurred(pictures: Tensor, sigma: float) -> Tensor:
    reach = math.ceil(3 * sigma)
    kernel = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    padded = F.pad(pictures, (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel, groups=3), kernel.mT, groups=3)


def noisy(pictures: Tensor, level: float) -> Tensor:
    rng = torch.Generator().manual_seed(RNG)
    return (pictures + level * torch.randn(pictures.shape, generator=rng)).clamp(-1, 1)


def test_the_shipped_rewards_are_registered() -> None:
    rewards = plugin_manager().rewards()
    assert {"label-confidence", "sharpness", "colourfulness"} <= rewards.keys()
    assert [name for name, r in rewards.items() if r.needs_labels] == ["label-confidence"]


def test_sharpness_falls_with_blur_and_with_noise() -> None:
    sharp = reward("sharpness")
    steps = [sharp(blurred(discs(), s) if s else discs(), None, ()) for s in (0, 0.7, 1.5, 3)]
    for sharper, softer in pairwise(steps):
        assert (sharper > softer).all()
    levels = [sharp(noisy(discs(), level), None, ()) for level in (0, 0.05, 0.2, 0.6)]
    for cleaner, noisier in pairwise(levels):
        assert (cleaner > noisier).all()
    soft = blurred(discs(), 1.5)
    assert (sharp(noisy(soft, 0.1), None, ()) < sharp(soft, None, ())).all()
    assert (sharp(noisy(torch.zeros(2, 3, 64, 64), 1.0), None, ()) < 1).all()
    assert (sharp(torch.zeros(2, 3, 64, 64), None, ()) == 0).all()


def test_colourfulness_is_hasler_and_suesstrunks() -> None:
    colourful = reward("colourfulness")
    grey = torch.zeros(1, 3, 8, 8)
    assert colourful(grey, None, ()).item() < 0.1
    halves = torch.full((1, 3, 8, 8), -1.0)
    halves[:, 0, :, :4] = 1.0  # red beside black: rg 255 and 0, yb 127.5 and 0
    expected = math.hypot(127.5, 63.75) + 0.3 * math.hypot(127.5, 63.75)
    assert colourful(halves, None, ()).item() == pytest.approx(expected, rel=1e-4)
    pale = discs() * 0.3
    assert (colourful(pale, None, ()) < colourful(discs(), None, ())).all()


@pytest.mark.parametrize("name", ["sharpness", "colourfulness"])
@pytest.mark.parametrize("start", ["discs", "flat", "soft"])
def test_gradients_are_finite_and_raise_the_reward(name: str, start: str) -> None:
    score = reward(name)
    made = {"discs": discs, "flat": lambda: torch.full((2, 3, 32, 32), 0.4),
            "soft": lambda: blurred(discs(), 2)}  # fmt: skip
    pictures = made[start]().requires_grad_(True)
    before = score(pictures, None, ())
    (slope,) = torch.autograd.grad(before.sum(), pictures)
    assert slope.isfinite().all()
    if start == "soft":
        norm = slope.flatten(1).norm(dim=1)[:, None, None, None]
        assert (score(pictures + 0.1 * slope / norm, None, ()) > before).all()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(2.4, 5.3, "after tuning is preferred with odds of 18.2 to 1"),
     (0.0, -1.0, "before tuning is preferred with odds of 2.72 to 1"),
     (0.0, 1e6, "odds of 4.85e+08 to 1")],
)  # fmt: skip
def test_a_rise_of_the_learnt_preference_is_told_in_odds(
    before: float, after: float, words: str
) -> None:
    learnt = LearntPreference(None, torch.zeros(1), {}, ())
    assert words in LoadedReward("preference", learnt).meaning(before, after)


def test_label_confidence_matches_labels_by_name(colour_judge: None) -> None:
    confident = reward("label-confidence")
    pictures = discs(32).requires_grad_(True)
    names = ("Red", "Blue", "Green")
    asked = [confident(pictures, torch.full((4,), i), names) for i in range(3)]
    assert torch.allclose(torch.stack(asked).exp().sum(0), torch.ones(4), atol=1e-5)
    turned = confident(pictures, torch.full((4,), 2), ("blue", "green", "red"))
    assert torch.allclose(turned, asked[0], atol=1e-6)
    (slope,) = torch.autograd.grad(asked[0].sum(), pictures)
    assert slope.abs().sum() > 0


def test_label_confidence_names_the_labels_that_no_judge_knows(colour_judge: None) -> None:
    with pytest.raises(UsageError, match=r"tinted lacks 1 of 2 \('Mauve'\)"):
        reward("label-confidence")(discs(), torch.zeros(4, dtype=torch.int64), ("Red", "Mauve"))
    with pytest.raises(UsageError, match="needs a model with labels"):
        reward("label-confidence")(discs(), None, ())
