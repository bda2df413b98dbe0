"""Every hook has a page, and what the pages show works."""

from __future__ import annotations

import inspect
import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from zoo import hookspecs
from zoo.loading import load_card
from zoo.plugins import PluginManager, load_plugins

PAGES = Path(__file__).parents[2] / "docs" / "plugins"
HOOKS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, "zoo_spec")
}


def page(hook: str) -> str:
    return (PAGES / f"{hook}.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def signature(hook: str) -> str:
    """As its page's heading has it."""
    found = inspect.signature(HOOKS[hook])
    return f"{hook}({', '.join(found.parameters)}) -> {found.return_annotation}"


def test_there_are_hooks() -> None:
    assert HOOKS.keys() >= {"zoo_models", "zoo_examiners", "zoo_trainers", "zoo_commands"}


def test_each_page_is_of_a_hook_and_each_hook_in_the_table() -> None:
    described = {path.stem for path in PAGES.glob("zoo_*.md")}
    assert described == set(HOOKS)
    table = re.findall(r"^\| \[`(\w+)`\]\((\w+)\.md\) \|", (PAGES / "README.md").read_text(), re.M)
    assert sorted(table) == sorted((hook, hook) for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_names_the_hooks_signature(hook: str) -> None:
    assert len(inspect.getdoc(HOOKS[hook]) or "") > 40
    assert page(hook).startswith(f"# `{signature(hook)}`\n")


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_names_no_hook_that_does_not_exist(path: Path) -> None:
    """In a definition or a signature; ``zoo_plasma`` and its like are modules."""
    text = path.read_text("utf-8")
    defined = re.findall(r"@zoo\.hookimpl\ndef (\w+)\(", text)
    signed = re.findall(r"`(zoo_\w+)\([^)]*\) ->", text)
    assert {*defined, *signed} <= set(HOOKS)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``plugin(source)`` loads it as a module of the name that its own factories have."""
    named: list[str] = []

    def load(source: str, data: str = "") -> PluginManager:
        factory = re.search(r'"(zoo_\w+)[.\w]*:\w+"', source)
        name = factory[1] if factory else "zoo_plasma"
        named.append(name)
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").write_text(source, "utf-8")
        (package / "plasma.toml").write_text(data, "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)  # one of the same name
        return load_plugins([EntryPoint(name.removeprefix("zoo_"), name, "zoo")], strict=True)

    yield load
    for name in named:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_pages_example_is_a_plugin(hook: str, plugin) -> None:
    manager = plugin(blocks(page(hook), "python")[0], "".join(blocks(page(hook), "toml")))
    (loaded,) = manager.loaded
    assert loaded.hooks == (hook,)


def test_the_example_model_makes_pictures(plugin) -> None:
    (card,) = plugin(blocks(page("zoo_models"), "python")[0]).cards()
    pictures = list(load_card(card, device="cpu").generate(2, seed=3))
    assert [p.pixels.shape for p in pictures] == [(256, 256, 3)] * 2
    assert pictures[0].record.model == "plasma.demo"
    assert (pictures[0].pixels != pictures[1].pixels).any()


def test_the_labelled_example_keeps_the_contract(plugin, monkeypatch) -> None:
    from zoo.testing import check_generator

    (card,) = plugin(blocks(page("zoo_models"), "python")[1]).cards()
    assert {outcome.state for outcome in check_generator(card).outcomes} == {"holds"}
    dark, light = (
        next(load_card(card, device="cpu").generate(1, seed=3, label="warm", ground=ground))
        for ground in ("dark", "light")
    )
    assert dark.pixels[0, 0, 0] < 60 < 190 < light.pixels[0, 0, 0]


def test_the_example_recipe_is_one(plugin) -> None:
    from zoo.training.recipe import load_recipe

    (recipe,) = blocks(page("zoo_trainers"), "toml")
    manager = plugin(blocks(page("zoo_trainers"), "python")[0], recipe)
    assert load_recipe(manager.trainers()["plasma"].recipe).batch == 32


def test_the_example_examiner_reads_its_mark(plugin, tmp_path: Path) -> None:
    from PIL import Image

    from zoo_provenance.examination import examine
    from zoo_provenance.trust import load_trust

    examiners = plugin(blocks(page("zoo_examiners"), "python")[0]).examiners()
    Image.new("RGB", (32, 32)).save(tmp_path / "plain.png")
    marked = tmp_path / "marked.png"
    marked.write_bytes((tmp_path / "plain.png").read_bytes() + b"made with plasma")
    trust = load_trust()
    found = examine(marked, examiners=examiners, trust=trust)
    assert found.verdict.verdict == "claimed-ai"
    plain = examine(tmp_path / "plain.png", examiners=examiners, trust=trust)
    assert plain.verdict.verdict == "no-evidence"


def test_the_example_reward_and_measure_say_what_they_should(plugin, tmp_path: Path) -> None:
    import numpy as np
    import torch

    from zoo.evaluation.seen import Seen
    from zoo.factories import import_factory

    reward = plugin(blocks(page("zoo_rewards"), "python")[0]).rewards()["redness"]
    pictures = torch.zeros(2, 3, 4, 4)
    pictures[1, 0] = 1
    assert import_factory(reward.factory, "it")("cpu")(pictures, None, ()).tolist() == [0, 1]
    measure = plugin(blocks(page("zoo_measures"), "python")[0]).measures()["mean_distance"]
    features = np.ones((3, 2), np.float32)
    assert import_factory(measure.factory, "it")()(Seen(features), Seen(features + 2)) == 2
