"""What training asks of a judge's features, and the distance that picks the best checkpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from zoo.errors import UnknownNameError, UsageError
from zoo.judging import load_judge
from zoo.training.likeness import offset, unlikeness
from zoo.training.projected import ProjectedDiscriminator, hinge
from zoo.training.sliced import sliced_distance


def pictures(count: int, rng: torch.Generator) -> torch.Tensor:
    """Coarse random patterns, with an edge at every 16 pixels."""
    coarse = torch.rand(count, 3, 4, 4, generator=rng) * 2 - 1
    return nn.functional.interpolate(coarse, scale_factor=16)


def smooth(x: torch.Tensor) -> torch.Tensor:
    return nn.functional.avg_pool2d(x, 7, 1, 3, count_include_pad=False)


def test_heads_learn_to_tell_pictures_apart_and_the_judge_stays_as_it_is() -> None:
    torch.manual_seed(0)
    discriminator = ProjectedDiscriminator(2, 64, judge="eurosat", width=16).train()
    before = {name: value.clone() for name, value in discriminator.frozen.state_dict().items()}
    optimiser = torch.optim.Adam(discriminator.heads.parameters(), 2e-3, betas=(0.0, 0.99))
    rng, labels = torch.Generator().manual_seed(0), torch.arange(8) % 2
    for _ in range(30):
        x = pictures(8, rng)
        loss = hinge(discriminator(x, labels), discriminator(smooth(x), labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    discriminator.eval()
    x = pictures(8, rng)
    with torch.no_grad():
        sharp, blurred = discriminator(x, labels), discriminator(smooth(x), labels)
    assert sharp.shape == (8, 4 * 4 + 4 * 4 + 4 * 4 + 2 * 2)
    assert (sharp.mean(1) > blurred.mean(1)).all()
    assert not any(p.requires_grad for p in discriminator.frozen.parameters())
    after = discriminator.frozen.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_its_judgement_depends_on_the_label_and_reaches_the_pictures() -> None:
    torch.manual_seed(0)
    discriminator = ProjectedDiscriminator(3, 32, judge="eurosat", width=8).eval()
    x = pictures(2, torch.Generator().manual_seed(1))[..., ::2, ::2].contiguous().requires_grad_()
    one = discriminator(x, torch.tensor([0, 0]))
    other = discriminator(x, torch.tensor([1, 2]))
    assert not torch.allclose(one, other)
    one.mean().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_a_judge_that_is_unknown_or_shows_no_maps_is_a_plain_error() -> None:
    with pytest.raises(UnknownNameError, match="judge"):
        ProjectedDiscriminator(2, 64, judge="nobody", width=8)
    blind = replace(load_judge("eurosat"), network=nn.Identity())
    with pytest.raises(UsageError, match="shows no feature maps"):
        blind.maps(torch.zeros(1, 3, 64, 64))


def test_the_sliced_distance_sees_colour_and_sharpness() -> None:
    x = pictures(8, torch.Generator().manual_seed(2))
    assert sliced_distance(x, x.flip(0)) < 1e-6
    assert sliced_distance(x, smooth(x)) > 0.05
    assert sliced_distance(x, (x + 0.5).clamp(-1, 1)) > 0.05


def test_blurred_pictures_look_unlike_to_a_judge_brighter_ones_less() -> None:
    judge, rng = load_judge("eurosat"), torch.Generator().manual_seed(0)
    sharp = torch.nn.functional.interpolate(torch.rand(2, 3, 8, 8, generator=rng), scale_factor=8)
    blurred = torch.nn.functional.avg_pool2d(sharp, 7, 1, 3, count_include_pad=False)
    maps, soft, bright = (judge.maps(x) for x in (sharp, blurred, sharp + 0.05))
    assert (unlikeness(maps, maps) == 0).all()
    assert (unlikeness(soft, maps) > 3 * unlikeness(bright, maps)).all()
    assert (unlikeness(bright, maps) > 0).all()


def test_sixteen_steps_show_a_picture_at_every_offset_within_four_pixels() -> None:
    x = torch.arange(64.0).view(1, 1, 8, 8)
    seen = {tuple(int(v) for v in offset(x, step)[0, 0, 3, 3:5]) for step in range(16)}
    assert seen == {(8 * y + c, 8 * y + c + 1) for y in range(4) for c in range(4)}
    assert torch.equal(offset(x, 16), x)
