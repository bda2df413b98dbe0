"""Every hook is documented, and the example of the documentation works."""

from __future__ import annotations

import inspect
import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from zoo import hookspecs
from zoo.loading import load_card
from zoo.plugins import load_plugins

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text("utf-8")
HOOKS = [
    function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, "zoo_spec")
]


def test_there_are_hooks() -> None:
    assert {hook.__name__ for hook in HOOKS} >= {"zoo_models", "zoo_examiners", "zoo_trainers"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_every_hook_is_documented(hook: object) -> None:
    assert len(inspect.getdoc(hook) or "") > 40
    signature = f"{hook.__name__}() -> {inspect.signature(hook).return_annotation}"  # type: ignore[attr-defined,arg-type]
    assert f"### `{signature}`" in PAGE


def test_the_page_describes_no_hook_that_does_not_exist() -> None:
    described = re.findall(r"^### `(\w+)\(", PAGE, re.MULTILINE)
    assert sorted(described) == sorted(hook.__name__ for hook in HOOKS)


def test_the_example_plugin_makes_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "zoo_plasma.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    manager = load_plugins([EntryPoint("plasma", "zoo_plasma", "zoo")], strict=True)
    (card,) = manager.cards()
    pictures = list(load_card(card, device="cpu").generate(2, seed=3))
    sys.modules.pop("zoo_plasma")
    assert [p.pixels.shape for p in pictures] == [(256, 256, 3)] * 2
    assert pictures[0].record.model == "plasma.demo"
    assert (pictures[0].pixels != pictures[1].pixels).any()
