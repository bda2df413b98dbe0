"""``refine-lite``: the flow, its solver, and that its pictures are of their label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import zoo
from zoo.errors import UsageError, WeightsError
from zoo.training.trainable import Batch, Draws
from zoo_refine.flow import denoised, guided, velocity
from zoo_refine.network import Refiner
from zoo_refine.solver import heun, times
from zoo_refine.training import build

MODEL = {
    "channels": [16, 32],
    "depth": 1,
    "embedding": 32,
    "learning_rate": 5e-3,
    "label_dropout": 0.1,
    "time_mean": 0.5,
    "time_std": 1.2,
}


def small() -> Refiner:
    torch.manual_seed(0)
    network = Refiner(labels=2, channels=(16, 32), depth=1, embedding=32).eval()
    torch.nn.init.normal_(network.to_patches.weight, std=0.05)
    return network


def test_the_velocity_of_a_straight_path_leads_to_what_the_network_sees() -> None:
    network = small()
    x, label = torch.randn(3, 3, 16, 16), torch.tensor([0, 1, 1])
    t = torch.tensor([1.0, 0.5, 0.1])
    with torch.no_grad():
        end = x - t[:, None, None, None] * velocity(network, x, t, label)
        assert torch.allclose(end, denoised(network, x, t, label), atol=1e-5)


def test_guidance_extrapolates_from_any_label_to_the_asked_one() -> None:
    network = small()
    x, label = torch.randn(2, 3, 16, 16), torch.tensor([0, 1])
    with torch.no_grad():
        plain, none, double = (guided(network, label, g)(x, 0.5) for g in (1.0, 0.0, 2.0))
        whatever = velocity(network, x, torch.full((2,), 0.5), torch.tensor([2, 2]))
    assert torch.allclose(none, whatever, atol=1e-5)
    assert torch.allclose(double, 2 * plain - none, atol=1e-4)


def test_the_solver_is_exact_for_a_straight_flow_and_of_second_order_for_a_bent_one() -> None:
    z = torch.randn(1, 3, 4, 4)
    target = torch.randn(1, 3, 4, 4)
    straight = heun(lambda x, t: (x - target) / max(t, 1e-9), z, times(3))
    assert torch.allclose(straight, target, atol=1e-5)

    def error(steps: int) -> float:
        grid = [1 + i / steps for i in range(steps + 1)]  # dx/dt = x from 1 to 2
        return float((heun(lambda x, t: x, torch.ones(1), grid) - torch.e).abs())

    assert 3.5 < error(8) / error(16) < 4.5


def test_the_bundled_model_keeps_its_labels_and_its_promises() -> None:
    card = zoo.find_card("refine-lite")
    model = zoo.load("refine-lite", device="cpu")
    assert isinstance(model.generator, zoo.generator.Encoder)
    network = model.generator.network  # type: ignore[attr-defined]
    assert card.params == sum(p.numel() for p in network.parameters())
    label = "Banana"
    made = next(iter(model.generate_batches(8, 3, label=label, size=64, batch=8)))
    pixels = np.stack([picture.pixels for picture in made]).astype(float)
    corners = pixels[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.mean() > 235, "fruits stand on white"
    yellow = pixels[:, 16:48, 16:48].mean((0, 1, 2))
    assert yellow[0] > yellow[2] + 40, "bananas are yellow: more red than blue"


def test_a_picture_is_found_again_from_its_latent() -> None:
    model = zoo.load("refine-lite", device="cpu")
    options = {"steps": 12, "guidance": 1.0}
    made = next(iter(model.generate_batches(2, 5, label="Apple Red 1", size=64, batch=2,
                                            options=options)))  # fmt: skip
    pixels = np.stack([picture.pixels for picture in made])
    labels = ["Apple Red 1"] * 2
    z = model.encode(pixels, labels, **options)
    assert z.shape == (2, 3, 64, 64)
    again = model.decode(z, labels, **options)
    assert np.abs(again.astype(int) - pixels).mean() < 6


def test_more_states_are_shown_when_asked_for_and_they_get_less_noisy() -> None:
    model = zoo.load("refine-lite", device="cpu")
    options = {"steps": 6, "guidance": 1.0}
    batches = model.generate_batches(1, 5, size=64, batch=1, options=options, states=3)
    ((picture,),) = batches
    assert len(picture.states) == 3
    rough = [np.abs(np.diff(s.astype(int), axis=0)).mean() for s in picture.states]
    assert rough == sorted(rough, reverse=True)
    with pytest.raises(UsageError, match="at once, without steps"):
        zoo.load("stylegan-lite", device="cpu").generate_batches(1, 5, states=3)


def test_training_learns_to_denoise() -> None:
    torch.manual_seed(0)
    training = build(2, 16, MODEL)
    (phase,) = training.phases()
    optimiser = torch.optim.AdamW(phase.parameters, phase.learning_rate)
    rng = torch.Generator().manual_seed(0)
    flat = torch.tensor([-0.8, 0.8])[:, None, None, None].expand(2, 3, 16, 16)
    labels = torch.arange(16) % 2
    for step in range(200):
        loss, figures = phase.loss(Batch(flat[labels], labels, step, Draws(rng, 16)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert set(figures) == {"loss"}
    with torch.no_grad():
        made = training.sample(training.model, torch.tensor([0, 1]), Draws(rng, 2))
        held = training.held_out(training.model, Batch(flat, labels[:2], 0, Draws(rng, 2)))
    assert made[0].mean() < -0.4 < 0.4 < made[1].mean()
    assert held["loss"] < 1.0


@pytest.mark.parametrize(
    ("size", "model", "message"),
    [
        (60, MODEL, "multiple of 8"),
        (64, {**MODEL, "wide": 1}, "does not fit refine-lite"),
        (64, {}, "does not fit refine-lite"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused(
    size: int, model: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        build(2, size, model)


def test_weights_of_another_network_are_refused() -> None:
    other = Path(str(zoo.find_card("stylegan-lite").weights[0].read().name))
    with pytest.raises(WeightsError, match="not a weights file of refine-lite"):
        zoo.load("refine-lite", weights=other)


def test_land_from_above_looks_as_its_label_says() -> None:
    model = zoo.load("refine-lite.eurosat", device="cpu")
    assert len(model.card.labels) == 10

    def mean(label: str) -> np.ndarray:
        (made,) = model.generate_batches(8, 1, label=label, size=64, batch=8,
                                         options={"steps": 6})  # fmt: skip
        return np.stack([p.pixels for p in made]).mean((0, 1, 2))

    forest, sea, industry = map(mean, ("Forest", "SeaLake", "Industrial"))
    assert industry.mean() > max(forest.mean(), sea.mean()) + 40, "concrete is bright"
    assert sea[2] > sea[0] + 20, "water is blue"
    assert forest[1] > forest[0] + 10, "forests are green"
