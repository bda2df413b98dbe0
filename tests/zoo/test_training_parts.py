"""The parts of the training loop, each at its promise."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from zoo.data.pack import Pictures, load_pack
from zoo.errors import UsageError, WeightsError
from zoo.training.batches import Batches
from zoo.training.checkpoint import load_checkpoint, save_checkpoint
from zoo.training.copies import Copies
from zoo.training.distributed import World
from zoo.training.initial import initialise, read_initial
from zoo.training.log import Log
from zoo.training.optimisers import make_optimiser, minimise
from zoo.training.overfitting import copies, discriminator_gap, rising
from zoo.training.plot import save_plot
from zoo.training.recipe import OPTIMIZERS, Recipe
from zoo.training.trainable import Draws

CPU = torch.device("cpu")


def numbered(count: int, labels: int = 3) -> Pictures:
    """Picture ``i`` is of the value ``i``."""
    pixels = torch.arange(count, dtype=torch.uint8)[:, None, None, None].repeat(1, 3, 2, 2)
    return Pictures(pixels, torch.arange(count) % labels, ("a", "b", "c")[:labels], "Numbers")


def batches(data: Pictures, size: int, group: int = 1, rows: object = slice(None)) -> Batches:
    return Batches(data, size, group, seed=5, flip=False, rows=rows, device=CPU, channels_last=True)


def indices(pictures: torch.Tensor) -> list[int]:
    return ((pictures[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def test_an_epoch_has_every_picture_once_in_a_new_order() -> None:
    draw, rng = batches(numbered(10), 4), torch.Generator().manual_seed(0)
    seen = [i for step in range(5) for i in indices(draw(step, 4 * step, rng).pictures)]
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))
    assert seen[:10] != seen[10:]
    later = batches(numbered(10), 4)(3, 12, rng)  # the order needs no history
    assert indices(later.pictures) == seen[12:16]
    assert later.pictures.min() >= -1


def test_groups_share_a_label() -> None:
    batch = batches(numbered(30), 12, group=3)(0, 0, torch.Generator().manual_seed(0))
    one, two, three = batch.labels.view(3, 4)
    assert one.equal(two)
    assert one.equal(three)


def test_flips_mirror_about_half() -> None:
    data = numbered(64)
    data.pixels[:, :, :, 1] = 200
    draw = Batches(
        data, 64, 1, seed=0, flip=True, rows=slice(None), device=CPU, channels_last=False
    )
    left = draw(0, 0, torch.Generator().manual_seed(0)).pictures[:, 0, 0, 0]
    mirrored = int((left * 127.5 + 127.5).round().eq(200).sum())
    assert 16 < mirrored < 48


def test_processes_share_a_batch_and_its_noise_with_groups_whole() -> None:
    data = numbered(40)
    shares = [World(rank, 2).rows(8, 2) for rank in range(2)]
    assert sorted(torch.cat(shares).tolist()) == list(range(8))
    whole = batches(data, 8, 2)(0, 0, torch.Generator().manual_seed(1))
    noise = whole.draw.normal(3)
    for rows in shares:
        part = batches(data, 8, 2, rows)(0, 0, torch.Generator().manual_seed(1))
        assert part.pictures.equal(whole.pictures[rows])
        assert part.draw.normal(3).equal(noise[rows])
        assert part.labels[:2].equal(part.labels[2:])
    with pytest.raises(UsageError, match="multiple of 6"):
        World(0, 3).rows(8, 2)


def test_draws_lie_in_their_ranges() -> None:
    draw = Draws(torch.Generator().manual_seed(0), 500)
    assert draw.integers(3, 2).unique().tolist() == [0, 1, 2]
    assert 0 <= draw.uniform().min() <= draw.uniform().max() < 1
    assert draw.normal(2, 3).shape == (500, 2, 3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_resumes_where_it_was(name: str, tmp_path: Path) -> None:
    def make() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        network = nn.Conv2d(2, 3, 3).to(memory_format=torch.channels_last)
        recipe = Recipe("t", {}, optimizer=name, weight_decay=0.1)
        return network, make_optimiser(recipe, list(network.parameters()), 0.01)

    def step(network: nn.Module, optimiser: torch.optim.Optimizer, number: int) -> None:
        optimiser.zero_grad()
        (network(torch.ones(1, 2, 5, 5)) - number).square().sum().backward()
        minimise(optimiser, list(network.parameters()), 0.01, clip=2.0)

    network, optimiser = make()
    step(network, optimiser, 1)
    rng, path = torch.Generator().manual_seed(3), tmp_path / "c.safetensors"
    save_checkpoint(path, {"n": network}, {"o": optimiser}, rng, {"step": 1})
    again, resumed = make()
    other = torch.Generator()
    assert load_checkpoint(path, {"n": again}, {"o": resumed}, other) == {"step": 1}
    assert other.get_state().equal(rng.get_state())
    for number in (2, 3):
        step(network, optimiser, number)
        step(again, resumed, number)
    assert all(a.equal(b) for a, b in zip(network.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_biases_do_not_decay(name: str) -> None:
    network = nn.Linear(2, 2)
    nn.init.ones_(network.weight)
    nn.init.ones_(network.bias)
    recipe = Recipe("t", {}, optimizer=name, weight_decay=0.5)
    optimiser = make_optimiser(recipe, list(network.parameters()), 0.1)
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    minimise(optimiser, list(network.parameters()), 0.1, clip=0.0)
    assert network.bias.tolist() == [1, 1]
    assert network.weight.max() < 1


def held_out(*values: float, name: str = "loss") -> list[dict]:
    return [{"held_out": {name: value}} for value in values]


def test_a_rising_held_out_loss_is_seen_and_noise_is_not() -> None:
    assert rising(held_out(1.0, 0.9, 0.95, 0.96, 0.97, 0.99))
    assert not rising(held_out(1.0, 0.9, 0.95, 0.89, 0.93, 0.9))
    assert not rising(held_out(1.0, 0.9, 0.91, 0.91, 0.91, 0.915))  # a percent or two
    assert not rising(held_out(2.0, 0.1, 1.9, 1.8, 1.7, 1.6))  # it turns back
    assert not rising([])


def test_a_discriminator_that_knows_its_pictures_is_seen() -> None:
    def rows(*held: float) -> list[dict]:
        figures = {"figures": {"d_real": 2.0, "d_gap": 3.0}}
        return [row for value in held for row in (figures, *held_out(value, name="d_real"))]

    text = discriminator_gap(rows(1.8, 1.0, 0.4, 0.3, 0.2, 0.1))
    assert text
    assert "d_real" in text
    assert not discriminator_gap(rows(1.8, 1.7, 1.6, 1.5, 1.4, 1.3))
    assert not discriminator_gap(held_out(1, 2, 3, 4, 5, name="d_real"))


def test_copies_are_told_from_new_pictures(discs: Path) -> None:
    train, test = load_pack(discs), load_pack(discs, "test")
    watch = Copies(train, test)
    copied = train.pixels[:32].float() / 127.5 - 1
    rng = torch.Generator().manual_seed(0)
    noise = torch.rand(32, 3, 16, 16, generator=rng) * 2 - 1
    assert watch.samples(copied) < 1e-3 < watch.held_out < watch.samples(noise) < 1
    found = [{"copies": {"samples": watch.samples(p), "held_out": watch.held_out}}
             for p in (noise, copied)]  # fmt: skip
    assert copies(found)
    assert not copies(found[:1])


class Labelled(nn.Module):
    def __init__(self, labels: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(labels + 1, 4)
        self.linear = nn.Linear(4, 5)
        self.register_buffer("mean", torch.zeros(labels, 5))


def test_initial_weights_fit_or_say_what_does_not(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    source = Labelled(7)
    save_file({k: v.half() for k, v in source.state_dict().items()}, path)
    same, other = Labelled(7), Labelled(3)
    assert initialise(same, read_initial(path), 7) == []
    assert same.embed.weight.equal(source.embed.weight.half().float())
    before = other.embed.weight.clone()
    assert initialise(other, read_initial(path), 3) == ["embed.weight", "mean"]
    assert other.embed.weight.equal(before)
    assert other.linear.weight.equal(source.linear.weight.half().float())
    assert other.linear.weight.requires_grad
    assert other.training
    with pytest.raises(WeightsError, match=r"linear\.weight"):
        initialise(nn.Sequential(), read_initial(path), 3)
    wide = Labelled(7)
    wide.linear = nn.Linear(4, 6)
    with pytest.raises(WeightsError, match=r"linear\.bias \(5,\) for \(6,\)"):
        initialise(wide, read_initial(path), 7)


def test_a_log_is_cut_to_the_checkpoint(tmp_path: Path) -> None:
    log = Log(tmp_path, writes=True)
    for step in (1, 50, 100):
        log.add({"step": step, "figures": {"loss": 1 / 3, "odd": float("nan")}})
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 15')  # killed while writing
    again = Log(tmp_path, writes=True)
    again.resume(50)
    assert [row["step"] for row in again.rows] == [1, 50]
    assert again.rows[0]["figures"] == {"loss": 0.333333, "odd": None}
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 2


def test_a_plot_of_any_log(tmp_path: Path) -> None:
    from PIL import Image

    pytest.importorskip("matplotlib")
    row = {"step": 1, "images": 8, "rate": 0.0, "lr": {"a": 1e-3}, "figures": {"x": None}}
    heights = []
    for rows in ([], [row], [{**row, "figures": {str(i): 1.0 for i in range(9)}}]):
        assert save_plot(rows, tmp_path / "plot.png", "title")
        heights.append(Image.open(tmp_path / "plot.png").height)
    assert heights[0] == heights[1] < heights[2]
