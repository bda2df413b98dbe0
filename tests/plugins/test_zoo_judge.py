"""The bundled judges: what they tell apart, and how they are loaded."""

from __future__ import annotations

import importlib
import json
import sys

import numpy as np
import pytest
import torch

import zoo
from zoo.errors import MissingExtraError, PluginError, UnknownNameError, UsageError, WeightsError
from zoo.judge import Judge
from zoo.judging import load_judge
from zoo.plugins import plugin_manager
from zoo.timm_import import import_timm
from zoo_judge.network import classifier
from zoo_judge.training import build

RECIPE = {
    "architecture": "resnet10t",
    "channels": [8, 8, 16, 16],
    "learning_rate": 1e-3,
    "smoothing": 0.1,
    "colour": 0.5,
}


def test_two_judges_are_bundled_and_the_first_knows_the_labels_of_the_models() -> None:
    judges = plugin_manager().judges()
    assert {"fruits360", "eurosat"} <= set(judges)
    assert judges["fruits360"].labels == zoo.find_card("refine-lite").labels
    assert len(judges["eurosat"].labels) == 10


def test_the_label_judge_sees_the_asked_label_in_generated_pictures() -> None:
    judge = load_judge()
    assert judge.name == "fruits360"
    model = zoo.load("refine-lite", device="cpu")
    pictures = list(model.generate(32, seed=1, size=64, steps=8))
    pixels = torch.from_numpy(np.stack([p.pixels for p in pictures])).permute(0, 3, 1, 2)
    with torch.inference_mode():
        logits = judge.logits(pixels / 127.5 - 1)
    seen = [judge.labels[i] for i in logits.argmax(1)]
    right = sum(a == p.label for a, p in zip(seen, pictures, strict=True))
    assert right >= 24, f"{right} of 32 recognised"


def test_features_of_any_size_have_the_judges_dimension_and_gradients() -> None:
    judge = load_judge("eurosat")
    pictures = torch.rand(2, 3, 96, 80).requires_grad_()
    features = judge.features(pictures)
    assert features.shape == (2, judge.dim)
    features.sum().backward()
    assert pictures.grad is not None
    assert pictures.grad.abs().sum() > 0
    with torch.inference_mode():
        assert judge.logits(pictures).shape == (2, len(judge.labels))


def test_unknown_judges_and_models_are_named() -> None:
    with pytest.raises(UnknownNameError, match="eurosat"):
        load_judge("eurosatt")
    with pytest.raises(UnknownNameError, match="timm model"):
        load_judge("timm:no_such_network")


def test_cards_name_the_judges_that_their_recipes_name() -> None:
    for card in zoo.list_models():
        recipe = json.loads(card.weights[0].read().metadata()["recipe"])
        judge = recipe["model"].get("judge")
        assert card.trained_with == ((judge,) if judge else ()), card.id


def test_a_judge_must_have_labels_and_a_factory() -> None:
    weights = plugin_manager().judges()["eurosat"].weights
    for change in ({"name": "a:b"}, {"factory": "nowhere"}, {"labels": ()}, {"size": 1}):
        fields = {"name": "x", "summary": "x", "factory": "a:b", "weights": weights,
                  "labels": ("a",), "size": 64, "licence": "x", "trained_on": "x"}  # fmt: skip
        with pytest.raises(PluginError, match="judge"):
            Judge(**{**fields, **change})  # type: ignore[arg-type]


def test_only_resnets_of_timm_are_built() -> None:
    with pytest.raises(UsageError, match="one of timm's resnets"):
        classifier(2, "hf-hub:somebody/something", (8, 8, 8, 8))
    with pytest.raises(UsageError, match="four stages"):
        classifier(2, "resnet10t", (8, 8))
    with pytest.raises(UsageError, match="at least two labels"):
        build(1, 64, RECIPE)
    with pytest.raises(UsageError, match="too small"):
        build(2, 16, RECIPE)
    with pytest.raises(UsageError, match="does not fit judge"):
        build(2, 64, {**RECIPE, "wide": 1})
    (file,) = (w.read() for w in zoo.find_card("stylegan-lite").weights)
    with pytest.raises(WeightsError, match="not a weights file of judge"):
        importlib.import_module("zoo_judge.network").build(file)


def test_a_timm_that_is_not_there_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    import_timm.cache_clear()
    with pytest.raises(MissingExtraError, match="judging pictures needs timm"):
        import_timm()
    import_timm.cache_clear()
