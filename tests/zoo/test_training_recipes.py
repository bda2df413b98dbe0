"""Recipes: read strictly, changed by name, written so that they read back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoo.errors import UsageError
from zoo.training.overrides import differences, override
from zoo.training.recipe import Recipe, parse_recipe
from zoo.training.schedule import rate_factor
from zoo.training.toml import write_recipe

BASE = Recipe("tiny", {"width": 8, "rate": 1e-3, "channels": [1, 2], "deep": False})

BAD = {
    "trainer = 3": "names no trainer",
    "x = [": "TOML",
    "": "names no trainer",
    'trainer = "t"\n[extra]': "extra",
    'trainer = "t"\n[train]\nbacth = 2': "did you mean batch",
    'trainer = "t"\n[train]\nflip = 2': "true or false",
    'trainer = "t"\n[train]\nbatch = 2.5': "a whole number",
    'trainer = "t"\n[train]\nbatch = 6\ngroup = 4': "a divisor of batch",
    'trainer = "t"\n[train]\noptimizer = "lion"': "rmsprop",
    'trainer = "t"\n[train]\ndecay_to = 2': "from 0 to 1",
}


@pytest.mark.parametrize(("text", "reason"), BAD.items())
def test_bad_recipes_say_why(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_recipe(text)


def test_any_field_can_be_changed() -> None:
    settings = ["batch=32", "train.clip=1", "optimizer=sgd", "model.width=96", "model.rate=1",
                "model.channels=[3, 4, 5]", "model.deep=true", "flip=false"]  # fmt: skip
    changed = override(BASE, settings, {})
    assert (changed.batch, changed.clip, changed.optimizer) == (32, 1.0, "sgd")
    assert changed.flip is False
    assert changed.model == {"width": 96, "rate": 1.0, "channels": [3, 4, 5], "deep": True}
    assert BASE.model["width"] == 8
    found = differences(changed, BASE)
    assert "batch: 32, not 64" in found
    assert "model.width: 96, not 8" in found
    assert len(found) == 8


@pytest.mark.parametrize(
    ("setting", "reason"),
    {
        "bacth=3": "did you mean batch",
        "width=3": "--set model.width",
        "model.widht=3": "did you mean width",
        "model.width=wide": "a whole number",
        "model.channels=[1, x]": "a list",
        "optimizer=adamm": "one of sgd, adam",
        "batch": "KEY=VALUE",
        "other.batch=3": "model.NAME",
        "trainer=vae": "unknown key",
        "batch=0": "1 or more",
    }.items(),
)
def test_bad_settings_say_why(setting: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        override(BASE, [setting], {})


def test_a_setting_may_be_in_the_trainers_own_recipe_alone() -> None:
    assert override(BASE, ["model.extra=2"], {"extra": 1}).model["extra"] == 2


values = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab ü.\"'"), inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.dictionaries(st.text("abc-. é\n"), values, max_size=4), st.floats(0, 1))
def test_a_written_recipe_reads_back_the_same(model: dict, decay_to: float) -> None:
    recipe = Recipe("t", model, batch=12, group=3, decay_to=decay_to, optimizer="sgd")
    assert parse_recipe(write_recipe(recipe)) == recipe


def test_rates_rise_stay_and_fall() -> None:
    recipe = Recipe("t", {}, warmup=100, decay_from=0.5, decay_to=0.1)
    assert rate_factor(recipe, 25, 0.0) == 0.25
    assert rate_factor(recipe, 500, 0.5) == 1
    assert rate_factor(recipe, 5, 0.2) == 1, "a fifth of a run is the longest warm-up"
    assert rate_factor(recipe, 5, 0.1) == pytest.approx(0.5)
    assert rate_factor(recipe, 500, 0.75) == pytest.approx(0.55)
    assert rate_factor(recipe, 500, 1.0) == pytest.approx(0.1)
    cosine = Recipe("t", {}, schedule="cosine", decay_from=0.0, decay_to=0.0)
    assert rate_factor(cosine, 1, 0.5) == pytest.approx(0.5)
    assert rate_factor(cosine, 1, 0.1) > 0.97


def test_shipped_recipes_are_written_out(tmp_path: Path) -> None:
    text = write_recipe(BASE)
    assert text.startswith('trainer = "tiny"\n\n[model]\nwidth = 8\nrate = 0.001\n')
    assert "\n[train]\nbatch = 64\n" in text
