"""``stylegan-lite.fruits360``: its card, its weights, and that its pictures are of their label."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import nn

import zoo
from zoo.errors import DataError, UsageError, WeightsError
from zoo.plugins import plugin_manager
from zoo.training.checkpoint import save_checkpoint
from zoo.training.export import export, finished_average
from zoo.training.recipe import Recipe
from zoo.training.trainable import Batch, Draws
from zoo_gan.model import build
from zoo_gan.network import Generator
from zoo_gan.training import build as build_training
from zoo_gan.training import unmatched


def test_the_card_is_what_the_weights_say() -> None:
    card = zoo.find_card("stylegan-lite")
    (file,) = (weights.read() for weights in card.weights)
    model = build((file,), torch.device("cpu"), torch.float32)
    assert card.params == sum(p.numel() for p in model.network.parameters())
    assert len(card.labels) == len(model.network.w_mean) == 103
    assert (card.licence, card.size) == ("Apache-2.0", (64, 64))
    metadata = file.metadata()
    assert metadata["id"] == card.id
    assert metadata["licence"] == card.licence
    assert metadata["trained_on"] == card.trained_on
    assert json.loads(metadata["recipe"])["trainer"] == "stylegan-lite"
    assert int(metadata["images"]) > 0


def test_it_is_registered_with_its_trainer_and_recipe() -> None:
    trainer = plugin_manager().trainers()["stylegan-lite"]
    assert 'trainer = "stylegan-lite"' in trainer.recipe.read_text("utf-8")


def test_decoding_a_latent_gives_the_picture_that_generating_gives() -> None:
    model = zoo.load("stylegan-lite", device="cpu")
    generator = model.generator
    assert isinstance(generator, zoo.LatentGenerator)
    request = zoo.Request(7, (0, 1), (64, 64), (16, 49), options={"truncation": 1.0})
    z = request.noise_batch("latent", generator.latent_shape((64, 64)))
    with torch.inference_mode():
        made = list(generator.generate(request))[-1].pictures
        decoded = generator.decode(z, condition=torch.tensor([16, 49]), options={"truncation": 1.0})
    assert made.shape == (2, 3, 64, 64)
    assert torch.equal(made, decoded)
    assert made.abs().max() <= 1


@pytest.mark.parametrize(
    "network",
    [
        "{}",
        "no json",
        '{"labels": 103, "z_dim": 100000000, "w_dim": 192, "channels": [4, 4]}',
        '{"labels": 103, "z_dim": 64, "w_dim": 192, "channels": []}',
        '{"labels": 103, "z_dim": 64, "w_dim": 192, "channels": 5}',
    ],
)
def test_weights_of_another_network_are_refused(network: str, tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(save({"x": torch.zeros(1)}, metadata={"network": network}))
    with pytest.raises(WeightsError, match="not a weights file of stylegan-lite"):
        zoo.load("stylegan-lite", weights=path)


def small() -> Generator:
    return Generator(labels=2, z_dim=4, w_dim=4, channels=(4, 4, 4))


def test_an_exported_network_makes_the_same_pictures_when_it_is_loaded(tmp_path: Path) -> None:
    torch.manual_seed(0)
    arguments = {"labels": 2, "z_dim": 4, "w_dim": 4, "channels": [4, 4, 4]}
    network = small().eval()
    out = tmp_path / "own.safetensors"
    table = export(
        network, out, arguments=arguments, recipe=Recipe("stylegan-lite", {"judge": "eurosat"}),
        labels=("a", "b"), images=3, side=16, card={"id": "own.demo"},
    )  # fmt: skip
    assert table["trained_with"] == ["eurosat"]
    assert json.loads(out.with_suffix(".json").read_text("utf-8")) == table
    weights = zoo.Weights(f"local-dir:{tmp_path}", table["file"], table["size"], table["sha256"])
    loaded = build((weights.read(),), torch.device("cpu"), torch.float32).network
    z, label = torch.randn(5, 4), torch.tensor([0, 1, 0, 1, 0])
    with torch.inference_mode():
        difference = (network(z, label) - loaded(z, label)).abs().max()
    assert difference < 1e-2  # float16


def test_labels_change_what_is_made() -> None:
    """Mean colours of fruits that nobody would mix up."""
    model = zoo.load("stylegan-lite", device="cpu")

    def mean(label: str) -> np.ndarray:
        made = model.generate(8, seed=1, label=label, size=64)
        centre = np.stack([p.pixels[24:40, 24:40] for p in made])
        return centre.mean((0, 1, 2))

    lemon, huckleberry, tomato = map(mean, ("Lemon", "Huckleberry", "Tomato Cherry Red"))
    assert lemon[0] + lemon[1] > huckleberry[0] + huckleberry[1] + 150
    assert lemon[1] > tomato[1] + 60


class Tiny:
    """A trainable whose last touch draws random numbers."""

    def __init__(self) -> None:
        self.networks: dict[str, nn.Module] = {"model": nn.Linear(2, 2)}

    @torch.no_grad()
    def finish(self, network: nn.Module, draw: Draws) -> None:
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw.rng))


def test_a_checkpoint_gives_the_same_finished_average_each_time(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(save({"rng": torch.zeros(1)}))
    with pytest.raises(DataError, match="cannot read the averaged weights"):
        finished_average(path, Tiny())
    network = nn.Linear(2, 2)
    nn.init.ones_(network.weight)
    save_checkpoint(path, {"average": network}, {}, None, {"images": 64})
    one, images = finished_average(path, Tiny())
    two, _ = finished_average(path, Tiny())
    assert images == 64
    assert not one.training
    assert torch.equal(one.weight, two.weight)
    assert not torch.equal(one.weight, torch.ones(2, 2))


def test_the_plugin_itself_imports_no_torch() -> None:
    code = "import sys, zoo_gan.plugin as p; p.zoo_models(); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


MODEL = {
    "z_dim": 4,
    "w_dim": 8,
    "generator": [16, 16],
    "judge": "eurosat",
    "width": 8,
    "generator_lr": 5e-3,
    "discriminator_lr": 1e-3,
    "precision_weight": 1.5,
    "recall_weight": 1.5,
}


def test_training_teaches_each_label_its_colour() -> None:
    torch.manual_seed(3)  # by step 80 the gap is 1.3, with one thread as with two
    training = build_training(2, 16, MODEL)
    optimisers = [
        torch.optim.Adam(p.parameters, p.learning_rate, betas=(0.0, 0.99))
        for p in training.phases()
    ]
    rng, labels = torch.Generator().manual_seed(3), torch.arange(8) % 2
    red, blue = torch.tensor([0.8, -0.6, -0.6]), torch.tensor([-0.6, -0.6, 0.8])
    flat = torch.stack([red, blue])[:, :, None, None].expand(2, 3, 16, 16)
    for step in range(80):
        batch = Batch(flat[labels], labels, step, Draws(rng, 8))
        for phase, optimiser in zip(training.phases(), optimisers, strict=True):
            loss, figures = phase.loss(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    assert set(figures) == {"d_loss", "d_gap", "d_real"}
    with torch.no_grad():
        made = training.sample(training.generator, labels, Draws(rng, 8)).mean((2, 3))
    redder = made[:, 0] - made[:, 2]
    assert redder[labels == 0].min() > redder[labels == 1].max() + 0.5


def test_pictures_are_matched_with_the_nearest_of_their_label_both_ways() -> None:
    """Three pictures a label, as maps of unit vectors: e0, e1, e2 and e3, e4, e5."""
    labels = torch.tensor([0, 1, 0, 1, 0, 1])
    real = torch.eye(6)[[0, 3, 1, 4, 2, 5], :, None, None].repeat(1, 1, 2, 2)
    shuffled, others = real[[2, 3, 4, 5, 0, 1]], real[[1, 0, 3, 2, 5, 4]]
    one = real[[0, 1, 0, 1, 0, 1]]
    for made, untrue, missing in ((shuffled, 0, 0), (others, 2, 2), (one, 0, 2 * 2 / 3)):
        got = unmatched([made], [real], labels)
        assert [float(x) for x in got] == pytest.approx([untrue, missing], abs=1e-6)


@pytest.mark.parametrize(
    ("size", "model", "message"),
    [
        (64, MODEL, "pictures of 64 pixels do not fit"),
        (16, {**MODEL, "wide": 1}, "does not fit stylegan-lite"),
        (16, {}, "does not fit stylegan-lite"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused(
    size: int, model: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        build_training(2, size, model)
