"""Tuning: the reward rises on latents that were not tuned on, and the model is held."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

import zoo
from zoo.errors import PluginError, UnknownNameError, UsageError, ZooError
from zoo.training.folder import Length
from zoo.tuning.held_out import GROUP, draw_held_out
from zoo.tuning.measures import distance, moved_levels, variety
from zoo.tuning.plan import Plan
from zoo.tuning.tune import tune

QUICK = Plan(Length(images=320), penalty=5, learning_rate=3e-3, batch=8)
WILD = {"penalty": 0.0, "batch": 8}


def digest(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.mark.parametrize("reward", ["redness", "sharpness", "colourfulness", "label-confidence"])
def test_the_reward_rises_on_held_out_latents(
    colour_judge: None, tiny_model: Path, tmp_path: Path, reward: str
) -> None:
    original = digest(tiny_model)
    out = tmp_path / "tuned"
    report = tune(str(tiny_model), reward, out, QUICK, device="cpu")
    assert report.after.mean > report.before.mean
    assert report.ended == "done"
    assert report.images == 320
    assert report.moved > 1
    assert report.variety.least > 0.5
    assert report.judge == "tinted"
    assert digest(tiny_model) == original
    assert digest(out)["tiny.safetensors"] == report.sha256
    asked = ("tinted",) if reward == "label-confidence" else ()
    assert zoo.find_card(str(out)).trained_with == asked


def test_the_tuned_model_is_loaded_by_its_folder_and_names_its_parent(
    tinted: None, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "red"
    report = tune(str(tiny_model), "redness", out, QUICK, device="cpu")
    assert report.after.mean > report.before.mean + 0.3 * report.before.deviation
    before, after = zoo.load(str(tiny_model)), zoo.load(str(out))
    red = [
        sum(p.pixels[..., 0].mean() for p in model.generate(8, seed=5)) / 8
        for model in (before, after)
    ]
    assert red[1] > red[0] + 3
    assert after.card.id == "tiny.red"
    assert after.card.labels == ("Red", "Blue")
    assert "redness" in after.card.summary
    assert after.card.trained_on == "Discs (CC0-1.0); then tuned with the reward redness"
    with safe_open(report.path, framework="pt") as file:
        facts = json.loads(file.metadata()["tuned"])
    assert facts["parent"] == "tiny.model"
    assert (facts["parent_sha256"],) == before.weights
    assert facts["parent_licence"] == before.card.licence
    assert "here" not in after.card.summary
    assert (facts["reward"], facts["penalty"], facts["images"]) == ("redness", 5, 320)
    again = tune(str(out), "redness", tmp_path / "redder", QUICK, device="cpu")
    assert again.model == "tiny.red"
    assert again.before.mean == pytest.approx(report.after.mean, abs=0.1)


def test_one_seed_gives_one_result_and_a_penalty_holds(
    tinted: None, tiny_model: Path, tmp_path: Path
) -> None:
    def run(name: str, penalty: float) -> tuple[str, float]:
        plan = Plan(QUICK.length, penalty, QUICK.learning_rate, QUICK.batch)
        report = tune(str(tiny_model), "redness", tmp_path / name, plan, device="cpu")
        with safe_open(report.path, framework="pt") as file:
            return str({k: file.get_tensor(k).sum().item() for k in file.keys()}), report.moved  # noqa: SIM118

    one, moved = run("one", 5)
    assert run("two", 5) == (one, moved)
    assert run("held", 500)[1] < moved / 2


def test_collapse_ends_it_with_the_weights_before(
    tinted: None, tiny_model: Path, tmp_path: Path
) -> None:
    notes: list[str] = []
    plan = Plan(Length(images=800), learning_rate=3e-3, **WILD)
    out = tmp_path / "alike"
    report = tune(str(tiny_model), "sameness", out, plan, device="cpu", note=notes.append)
    assert report.ended == "collapse"
    assert 0 < report.images < 800
    assert report.variety.least > 0.5
    assert any("reward hacking" in text and "--penalty" in text for text in notes)
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [row["kind"] for row in rows if "warning" in row] == ["collapse"]
    at_once = Plan(Length(images=640), learning_rate=0.05, **WILD)
    with pytest.raises(ZooError, match="reward hacking"):
        tune(str(tiny_model), "sameness", tmp_path / "gone", at_once, device="cpu")
    assert [p.name for p in (tmp_path / "gone").iterdir()] == ["log.jsonl"]


def test_a_stopped_tuning_keeps_what_it_has(tinted: None, tiny_model: Path, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    report = tune(
        str(tiny_model), "redness", tmp_path / "part", QUICK, device="cpu", stop=lambda: next(asked)
    )
    assert (report.ended, report.images) == ("asked", 24)
    assert report.after.mean > report.before.mean
    zoo.load(str(tmp_path / "part"))


@pytest.mark.parametrize(
    ("reward", "message"),
    [
        ("flat", "flat is not differentiable"),
        (
            "scalar",
            r"scalar \(plugin tinted .*\) answered a tensor of shape \(\); expected .* \(8,\)",
        ),
        ("broken", r"broken \(plugin tinted of .*\) failed: IndexError: out of paint"),
    ],
)
def test_a_reward_that_breaks_its_contract_is_named(
    tinted: None, tiny_model: Path, tmp_path: Path, reward: str, message: str
) -> None:
    out = tmp_path / "none"
    with pytest.raises(PluginError, match=message):
        tune(str(tiny_model), reward, out, QUICK, device="cpu")
    assert not out.exists() or not list(out.iterdir())


def test_a_decoder_without_gradients_is_named(
    tinted: None, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoo_tiny_networks import Model

    monkeypatch.setattr(Model, "decode", torch.no_grad()(Model.decode))
    with pytest.raises(PluginError, match=r"tiny\.model gives no gradients"):
        tune(str(tiny_model), "redness", tmp_path / "none", QUICK, device="cpu")


def test_what_cannot_be_tuned_is_said_at_once(
    tinted: None, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "none"
    with pytest.raises(UsageError, match=r"stamp\.none cannot be tuned.*latent"):
        tune("stamp", "redness", out)
    with pytest.raises(UnknownNameError, match="did you mean 'redness'"):
        tune(str(tiny_model), "rednes", out)
    with pytest.raises(UsageError, match="option"):
        tune(str(tiny_model), "redness", out, options={"steps": 4})
    with pytest.raises(UsageError, match="learning_rate is 0"):
        Plan(learning_rate=0)
    assert not out.exists()
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        tune(str(tiny_model), "redness", out)


def test_measures() -> None:
    white, black = torch.ones(2, 3, 8, 8), -torch.ones(2, 3, 8, 8)
    assert distance(white, black).tolist() == [8, 8]
    checked = torch.tensor([1.0, -1.0]).repeat(4, 4).repeat(2, 3, 2, 1)
    assert distance(checked, torch.zeros_like(checked)).tolist() == [1, 1]
    assert moved_levels(white, black) == 255
    pairs = torch.cat([white, black])
    assert variety(pairs, 2).within == 0
    assert variety(pairs, 2).between == 1
    assert variety(pairs[[0, 2, 1, 3]], 2).within == 1
    assert variety(pairs[[0, 2, 1, 3]], 2).share_of(variety(pairs, 2)).between == 0


def test_held_out_latents_come_in_groups_of_one_label() -> None:
    rng = torch.Generator().manual_seed(3)
    held = draw_held_out(rng, (5,), 103, torch.device("cpu"))
    assert held.z.shape == (128, 5)
    assert held.labels is not None
    groups = held.labels.view(-1, GROUP)
    assert (groups == groups[:, :1]).all()
    assert len(groups.unique()) == 32
    assert draw_held_out(rng, (2, 4), 0, torch.device("cpu")).labels is None
