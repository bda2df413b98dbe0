"""Schemes: models by reference."""

from __future__ import annotations

import pytest

import zoo
from zoo.card import Card
from zoo.errors import MissingExtraError, PluginError, UsageError
from zoo.plugins import plugin_manager
from zoo.referenced import referenced_card


def test_a_scheme_finds_a_model_that_is_not_registered(worded: None) -> None:
    card = zoo.find_card("worded:blue")
    assert card.id == card.architecture == "worded:blue"
    assert card.by_reference
    assert card.stem == "worded-blue"
    assert card.id not in {c.id for c in zoo.list_models()}
    (picture,) = zoo.load("worded:blue", device="cpu").generate(1, seed=1, prompt="blue")
    assert picture.record.model == "worded:blue"


def test_an_unknown_prefix_says_who_is_here(worded: None) -> None:
    with pytest.raises(UsageError, match=r"by nosuch: \(schemes here: .*worded:\)"):
        zoo.find_card("nosuch:OWNER/NAME")
    with pytest.raises(UsageError, match="expected one of red, blue"):
        zoo.find_card("worded:green")


def test_a_prefix_whose_plugin_is_left_out_names_it(
    worded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOO_PLUGINS", "gan")
    plugin_manager.cache_clear()
    with pytest.raises(UsageError, match="ZOO_PLUGINS leaves out the plugin 'worded'"):
        zoo.find_card("worded:blue")


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[diffusers\]'"):
        zoo.find_card("diffusers:OWNER/NAME")


@pytest.mark.parametrize("prefix", ["local-dir", "hf-hub", "C", "Upper", "a b", ""])
def test_a_prefix_that_means_something_else_is_refused(prefix: str) -> None:
    with pytest.raises(PluginError, match="in lower case"):
        zoo.Scheme(prefix, "summary", "module:function")


def test_a_scheme_that_answers_with_another_model_is_refused(
    worded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = zoo.find_card("stylegan-lite")
    monkeypatch.setattr("zoo_worded.find", lambda name, fetch: other)
    with pytest.raises(PluginError, match="not its card"):
        referenced_card("worded:blue")


def test_a_plugin_cannot_register_a_reference() -> None:
    from zoo.answers import check_models

    card = Card("made:here", "made", "Demo", "made:build", (8, 8), 0, "MIT", "nothing")
    with pytest.raises(PluginError, match="an id is architecture"):
        check_models([card])
