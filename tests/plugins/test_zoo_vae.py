"""``vae-lite``: encoder, decoder and prior."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import zoo
from zoo.errors import UsageError, WeightsError
from zoo.training.trainable import Batch, Draws
from zoo_vae.training import build, divergence, pyramid_error

MODEL = {
    "channels": [16, 32],
    "depth": 1,
    "prior_width": 32,
    "prior_depth": 1,
    "judge": "eurosat",
    "width": 8,
    "learning_rate": 2e-3,
    "discriminator_lr": 1e-3,
    "prior_lr": 2e-3,
    "kl_weight": 2e-3,
    "edge_weight": 0.5,
    "likeness_weight": 0.1,
    "adversarial_weight": 0.03,
    "prior_repeats": 2,
}


def test_the_divergence_is_that_of_two_normals() -> None:
    mean, variance = torch.tensor([[0.7]]), torch.tensor([[0.3]])
    one = torch.distributions.Normal(mean, variance.sqrt())
    other = torch.distributions.Normal(0.0, 1.0)
    expected = torch.distributions.kl_divergence(one, other).squeeze()
    assert torch.isclose(divergence(mean, variance.log()), expected)
    assert divergence(torch.zeros(1, 4), torch.zeros(1, 4)) == 0


def test_blurring_costs_more_when_edges_count() -> None:
    sharp = torch.zeros(1, 3, 16, 16)
    sharp[..., 8:] = 1
    blurred = torch.nn.functional.avg_pool2d(sharp, 5, 1, 2, count_include_pad=False)
    assert pyramid_error(sharp, sharp, 1.0) == 0
    assert pyramid_error(blurred, sharp, 1.0) > 1.5 * pyramid_error(blurred, sharp, 0.0)


def test_the_bundled_model_reconstructs_what_it_makes() -> None:
    model = zoo.load("vae-lite", device="cpu")
    card = model.card
    network = model.generator.network  # type: ignore[attr-defined]
    assert card.params == sum(p.numel() for p in network.parameters())
    made = next(iter(model.generate_batches(4, 3, label="Banana", size=64, batch=4)))
    pixels = np.stack([picture.pixels for picture in made])
    z = model.encode(pixels, ["Banana"] * 4)
    again = model.decode(z, ["Banana"] * 4)
    assert again.shape == pixels.shape
    assert np.abs(again.astype(int) - pixels).mean() < 8
    yellow = pixels[:, 16:48, 16:48].mean((0, 1, 2))
    assert yellow[0] > yellow[2] + 40, "bananas are yellow: more red than blue"


def test_wrong_shapes_and_labels_are_plain_errors() -> None:
    model = zoo.load("vae-lite", device="cpu")
    with pytest.raises(UsageError, match=r"expected uint8 \(1, 64, 64, 3\)"):
        model.encode(np.zeros((1, 32, 32, 3), np.uint8), ["Banana"])
    with pytest.raises(UsageError, match="give one for each"):
        model.encode(np.zeros((2, 64, 64, 3), np.uint8), ["Banana"])
    with pytest.raises(UsageError, match="z has shape"):
        model.decode(np.zeros((1, 5), np.float32), ["Banana"])
    with pytest.raises(UsageError, match="cannot encode"):
        zoo.load("stylegan-lite", device="cpu").encode(np.zeros((1, 64, 64, 3), np.uint8))


def test_training_learns_to_reconstruct_and_to_sample_by_label() -> None:
    torch.manual_seed(0)
    training = build(2, 16, MODEL)
    phases = training.phases()
    optimisers = [torch.optim.AdamW(p.parameters, p.learning_rate) for p in phases]
    rng = torch.Generator().manual_seed(0)
    flat = torch.tensor([-0.8, 0.8])[:, None, None, None].expand(2, 3, 16, 16)
    labels = torch.arange(16) % 2
    for step in range(150):
        batch = Batch(flat[labels], labels, step, Draws(rng, 16))
        for phase, optimiser in zip(phases, optimisers, strict=True):
            loss, _ = phase.loss(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        made = training.sample(training.model, torch.tensor([0, 1]), Draws(rng, 2))
        held = training.held_out(training.model, Batch(flat, labels[:2], 0, Draws(rng, 2)))
    assert made[0].mean() < -0.4 < 0.4 < made[1].mean()
    assert next(iter(held)) == "total"
    assert held["reconstruction"] < 0.5


def test_a_recipe_or_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="multiple of 8"):
        build(2, 60, MODEL)
    with pytest.raises(UsageError, match="does not fit vae-lite"):
        build(2, 64, {**MODEL, "wide": 1})
    with pytest.raises(WeightsError, match="not a weights file of vae-lite"):
        zoo.load("vae-lite", weights=zoo.find_card("stylegan-lite").weights[0].read().name)
