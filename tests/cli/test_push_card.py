"""What ``zoo push`` writes for the reader of a model's page, and what it tells its author."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from zoo.plugins import plugin_manager

Call = Callable[..., Any]
SCORES: dict[str, Any] = {
    "schema": 1,
    "set": "tiny.model",
    "conditions": {"features": "fruits360", "revision": "1" * 8, "reference": "discs", "n": 24,
                   "notes": ["the labels are none that the network knows: scores mean little"]},
    "measures": [{"name": "fd", "shown": "FD (fruits360)", "value": 12.5, "interval": [11, 14]}],
}  # fmt: skip


def page_of(call_zoo: Call, model: Path, *words: str) -> tuple[str, str]:
    """The page, and what was told."""
    done = call_zoo("push", model, "alice/discs", "--dry-run", *words)
    assert done.returncode == 0, done.stderr
    return (model / "hub" / "README.md").read_text(), done.stderr


def metadata(page: str) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(page.split("---\n")[1])
    return table


def test_the_plugin_that_is_needed_is_named_and_shown_where_it_is_missing(
    call_zoo: Call, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = page_of(call_zoo, tiny_model)
    assert "pip install -e '.[models]'" in page
    assert "the package `zoo-tiny` (0.0.0 when this was published)" in page
    assert "Zoo never installs it by itself" in page
    table = json.loads((tiny_model / "hub" / "zoo.json").read_text())
    assert table["plugin"] == {"package": "zoo-tiny", "version": "0.0.0"}
    monkeypatch.setenv("ZOO_PLUGINS", "")
    plugin_manager.cache_clear()
    # Of a downloaded folder the same file is the description.
    (tiny_model / "tiny.json").write_text(json.dumps(table))
    done = call_zoo("generate", "--model", tiny_model)
    assert done.returncode == 2
    assert "unknown architecture 'tiny'" in done.stderr
    assert "it is said to come with zoo-tiny 0.0.0, which nobody checked" in done.stderr


@pytest.mark.parametrize(
    "plugin",
    ["zoo-tiny", {"package": "a\x1b[1m", "version": "1"}, {"package": "a b", "version": "1"},
     {"package": "a"}, {"package": "a", "version": "1; rm"}, None],
)  # fmt: skip
def test_a_name_that_no_package_has_is_refused(
    call_zoo: Call, tiny_model: Path, plugin: object
) -> None:
    path = tiny_model / "tiny.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "plugin": plugin}))
    done = call_zoo("models", tiny_model)
    assert done.returncode == 1
    assert "does not describe a model" in done.stderr
    assert "\x1b" not in done.stderr


def test_notes_go_with_the_scores(call_zoo: Call, tiny_model: Path) -> None:
    (tiny_model / "scores.json").write_text(json.dumps(SCORES))
    page, _ = page_of(call_zoo, tiny_model)
    assert "Note: the labels are none that the network knows: scores mean little" in page
    assert "model-index" in metadata(page)


def test_scores_without_a_reference_are_not_ranked(call_zoo: Call, tiny_model: Path) -> None:
    alone = {**SCORES, "conditions": {**SCORES["conditions"], "reference": None}}
    (tiny_model / "scores.json").write_text(json.dumps(alone))
    page, _ = page_of(call_zoo, tiny_model)
    assert "model-index" not in metadata(page)
    assert "without a reference" in page
    assert "| FD (fruits360) | 12.5 |" in page


def test_the_hint_measures_against_the_data_that_were_held_out(
    call_zoo: Call, tiny_model: Path, discs: Path
) -> None:
    _, told = page_of(call_zoo, tiny_model)
    assert "--against PICTURES --json" in told
    (tiny_model / "run.json").write_text(json.dumps({"data": str(discs)}))
    _, told = page_of(call_zoo, tiny_model)
    assert f"--against {discs}:test --json > {tiny_model / 'scores.json'}" in told


def test_broken_scores_are_named(call_zoo: Call, tiny_model: Path) -> None:
    (tiny_model / "scores.json").write_text("measuring …\n" + json.dumps(SCORES))
    _, told = page_of(call_zoo, tiny_model)
    assert "scores.json is no JSON of zoo evaluate: Expecting value: line 1 column 1" in told


def test_another_licence_than_the_parents_is_told(call_zoo: Call, tiny_model: Path) -> None:
    path = tiny_model / "tiny.json"
    tuned = {"parent": "stylegan-lite.fruits360", "parent_licence": "Apache-2.0"}
    path.write_text(json.dumps({**json.loads(path.read_text()), "tuned": tuned}))
    page, told = page_of(call_zoo, tiny_model, "--licence", "CC0-1.0")
    words = "tuned from stylegan-lite.fruits360, whose licence is Apache-2.0"
    assert words in page
    assert f"{words}, and you state CC0-1.0" in told
    page, told = page_of(call_zoo, tiny_model, "--licence", "apache-2.0")
    assert words not in page + told


@pytest.mark.parametrize("name", ["discs", "alice/discs/more", "hf-hub:alice"])
def test_where_to_push_is_owner_and_name(call_zoo: Call, tiny_model: Path, name: str) -> None:
    done = call_zoo("push", tiny_model, name, "--dry-run")
    assert done.returncode == 2
    assert done.stderr.endswith("expected OWNER/NAME\n")
    data = call_zoo("push", tiny_model, "alice/discs", "--dry-run", "--dataset", name)
    assert data.stderr.endswith("expected OWNER/NAME\n")
