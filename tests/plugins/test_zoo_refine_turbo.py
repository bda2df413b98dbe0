"""``refine-turbo``: at most four calls, and learned from a teacher."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import zoo
from zoo.errors import UsageError
from zoo.training.export import export
from zoo.training.recipe import Recipe
from zoo.training.trainable import Batch, Draws
from zoo_refine.flow import denoised
from zoo_refine.network import Refiner
from zoo_refine.turbo import TIMES, refinement
from zoo_refine.turbo_training import build

MODEL = {
    "judge": "eurosat",
    "width": 8,
    "learning_rate": 5e-3,
    "discriminator_lr": 1e-3,
    "guidance": 1.5,
    "nearness_weight": 50.0,
    "likeness_weight": 1.0,
}


class Counting(nn.Module):
    """Names a grey picture and counts how often it is asked, at which times."""

    labels = 1

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def forward(self, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
        del label
        self.times.append(round(float(t[0]), 6))
        return torch.zeros_like(x)


@pytest.mark.parametrize("calls", [1, 2, 3, 4])
def test_so_many_steps_are_so_many_calls_at_falling_times(calls: int) -> None:
    network = Counting()
    z = torch.randn(2, 3, 16, 16)
    states = list(refinement(network, z, torch.zeros(2, dtype=torch.long), calls))
    assert len(states) == len(network.times) == calls
    assert network.times == sorted(network.times, reverse=True)
    assert network.times[0] == 1.0
    assert set(network.times) <= set(TIMES), "it was trained at these times only"


def teacher(folder: Path, labels: int = 2) -> Path:
    """A small untrained refine-lite in a folder, as ``zoo train`` would export it."""
    torch.manual_seed(0)
    network = Refiner(labels=labels, channels=(16, 32), depth=1, embedding=32)
    nn.init.normal_(network.to_patches.weight, std=0.05)
    export(
        network, folder / "refine-lite.safetensors", arguments=network.arguments,
        recipe=Recipe("refine-lite", {}), labels=tuple(str(i) for i in range(labels)), images=1,
        side=16, card={"id": "refine-lite", "trained_on": "nothing"},
    )  # fmt: skip
    return folder


def test_the_student_begins_as_its_teacher_and_learns_what_pictures_look_like(
    tmp_path: Path,
) -> None:
    torch.manual_seed(0)
    training = build(2, 16, {**MODEL, "teacher": str(teacher(tmp_path))})
    student, master = training.networks["model"], training.networks["teacher"]
    assert all(map(torch.equal, student.state_dict().values(), master.state_dict().values()))
    frozen = [p.clone() for p in master.parameters()]
    optimisers = [torch.optim.Adam(p.parameters, p.learning_rate) for p in training.phases()]
    rng = torch.Generator().manual_seed(0)
    flat = torch.tensor([-0.8, 0.8])[:, None, None, None].expand(2, 3, 16, 16)
    labels = torch.arange(8) % 2

    def off() -> float:
        """Of what it names where the noise leaves the picture to be seen."""
        noise = torch.randn(8, 3, 16, 16, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            x = 0.7 * flat[labels] + 0.3 * noise
            made = denoised(student, x, torch.full((8,), 0.3), labels)
        return float((made - flat[labels]).square().mean())

    before = off()
    for step in range(40):
        batch = Batch(flat[labels], labels, step, Draws(rng, 8))
        for phase, optimiser in zip(training.phases(), optimisers, strict=True):
            loss, figures = phase.loss(batch)
            assert loss.isfinite()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        assert figures
    after = off()
    assert after < 0.5 * before, f"{before} -> {after}"
    assert all(map(torch.equal, frozen, master.parameters()))
    held = training.held_out(student, Batch(flat, labels[:2], 0, Draws(rng, 2)))
    assert next(iter(held)) == "distance"


def test_a_teacher_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="knows 3 labels, the data have 2"):
        build(2, 16, {**MODEL, "teacher": str(teacher(tmp_path, labels=3))})
    with pytest.raises(UsageError, match="is no refine-lite"):
        build(2, 64, {**MODEL, "teacher": "vae-lite"})
    with pytest.raises(UsageError, match="does not fit refine-turbo"):
        build(103, 64, {**MODEL, "teacher": "refine-lite", "wide": 1})
    with pytest.raises(UsageError, match="does not fit refine-turbo"):
        build(103, 64, {})


def test_the_bundled_model_needs_four_calls_at_most_and_keeps_its_labels() -> None:
    card = zoo.find_card("refine-turbo")
    model = zoo.load("refine-turbo", device="cpu")
    network = model.generator.network  # type: ignore[attr-defined]
    assert card.params == sum(p.numel() for p in network.parameters())
    assert zoo.Can.ENCODE not in card.can
    (made,) = model.generate_batches(8, 3, label="Banana", size=64, batch=8, states=8)
    pixels = np.stack([picture.pixels for picture in made]).astype(float)
    assert len(made[0].states) == 3, "and the picture itself"
    corners = pixels[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.mean() > 235, "fruits stand on white"
    yellow = pixels[:, 16:48, 16:48].mean((0, 1, 2))
    assert yellow[0] > yellow[2] + 40, "bananas are yellow: more red than blue"
    with pytest.raises(UsageError, match="steps"):
        list(model.generate_batches(1, 3, batch=1, options={"steps": 5}))


def test_the_latent_alone_decides_the_picture() -> None:
    model = zoo.load("refine-turbo", device="cpu")
    z = np.random.default_rng(0).standard_normal((2, 3, 64, 64)).astype(np.float32)
    one, again = (model.decode(z, ["Lemon", "Huckleberry"]) for _ in range(2))
    assert (one == again).all()
    lemon, huckleberry = one[:, 24:40, 24:40].mean((1, 2))
    assert lemon[0] - lemon[2] > huckleberry[0] - huckleberry[2] + 100, "yellow is no blue"
