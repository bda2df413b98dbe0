"""Cards, options and finding a model by name."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import Any

import pytest

import zoo
from zoo.card import Can, Card
from zoo.catalogue import aliases
from zoo.errors import PluginError, UnknownNameError, UsageError, nearest
from zoo.option import Option

PLAIN = Card(
    id="plain.demo",
    family="demo",
    summary="A demonstration",
    factory="nowhere:build",
    size=(8, 16),
    params=0,
    licence="MIT",
    trained_on="nothing",
    options=(Option("strength", "float", 0.5, "How much", (0, 1)), Option("steps", "int", 4, "")),
)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "no-tag"},
        {"id": "Upper.case"},
        {"factory": "module.function"},
        {"size": (0, 64)},
        {"size": (64, 100_000)},
        {"params": -1},
        {"licence": " "},
        {"weights": ["file"]},
        {"can": {"latent"}},
        {"labels": ("a", "A"), "can": frozenset({Can.LABEL})},
        {"labels": ("a",)},
        {"can": frozenset({Can.LABEL})},
        {"options": (PLAIN.options[0], PLAIN.options[0])},
        {"replay": "perhaps"},
    ],
)
def test_a_card_that_does_not_fit_names_itself_and_the_field(change: dict[str, Any]) -> None:
    with pytest.raises(PluginError, match="card"):
        dataclasses.replace(PLAIN, **change)


def test_options_take_defaults_and_are_checked_like_text_from_a_command_line() -> None:
    assert PLAIN.check_options({}) == {"strength": 0.5, "steps": 4}
    assert PLAIN.check_options({"strength": "1", "steps": "7"}) == {"strength": 1.0, "steps": 7}
    for wrong in ({"strength": 1.5}, {"strength": "nan"}, {"steps": 1.5}, {"steps": True}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            PLAIN.check_options(wrong)
    with pytest.raises(UnknownNameError, match="did you mean 'strength'"):
        PLAIN.check_options({"strenght": 1})


@pytest.mark.parametrize(
    ("kind", "default", "span"),
    [("float", 2.0, (0, 1)), ("int", 0.5, None), ("str", "x", (0, 1)), ("list", "x", None)],
)
def test_an_option_whose_parts_do_not_fit_is_refused(kind: str, default: Any, span: Any) -> None:
    with pytest.raises(PluginError):
        Option("name", kind, default, "", span)


def test_an_option_of_a_few_words_takes_no_other() -> None:
    option = Option("ground", "str", "dark", "", choices=("dark", "light"))
    assert option.check("light") == "light"
    with pytest.raises(UsageError, match="ground is 'pink'; expected dark or light"):
        option.check("pink")
    for wrong in (
        {"choices": ["dark"]},
        {"choices": ("light",)},
        {"choices": (1,)},
        {"type": "int", "default": 1, "choices": ("1",)},
    ):
        with pytest.raises(PluginError, match=r"ground|default"):
            dataclasses.replace(option, **wrong)


def test_an_option_that_nobody_could_reach_is_refused() -> None:
    import inspect

    from zoo.generation import Model
    from zoo_cli.generate import generate

    taken = {*inspect.signature(generate).parameters} - {"context", "as_json"} | {"json", "help"}
    for method in (Model.generate, Model.encode, Model.decode):
        taken |= {*inspect.signature(method).parameters} - {"options"}
    for name in sorted(taken):
        with pytest.raises(PluginError, match="choose another name"):
            Option(name, "int", 1, "")


def test_a_bool_option_reads_words() -> None:
    option = Option("flip", "bool", False, "")
    assert option.check("yes") is True
    assert option.check("False") is False
    with pytest.raises(UsageError, match="flip"):
        option.check("perhaps")


def test_models_are_found_by_id_and_alias_and_near_names_are_offered() -> None:
    card = zoo.find_card("stylegan-lite")
    assert card is zoo.find_card("stylegan-lite.fruits360")
    assert aliases(card) == ("stylegan-lite",)
    assert card in zoo.list_models(family="gan", can="label")
    with pytest.raises(UnknownNameError, match=r"'stylegan-lite\.fruits360'"):
        zoo.find_card("stylegan-lit")
    with pytest.raises(UnknownNameError, match=r"families here: .*gan"):
        zoo.list_models(family="flow")
    with pytest.raises(UnknownNameError, match=r"abilities: .*latent"):
        zoo.list_models(can="fly")


def test_an_unknown_label_names_the_nearest() -> None:
    card = zoo.find_card("stylegan-lite")
    assert card.labels[card.find_label("banana")] == "Banana"
    with pytest.raises(UnknownNameError, match="'Banana'"):
        card.find_label("Bananna")
    with pytest.raises(UsageError, match="no labels"):
        PLAIN.find_label("Banana")


def test_importing_and_listing_imports_neither_torch_nor_c2pa() -> None:
    code = (
        "import sys, zoo; zoo.list_models(); zoo.find_card('stylegan-lite')\n"
        "print(sorted({'torch', 'c2pa', 'sqlalchemy', 'safetensors'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_letter_or_nothing_is_near_to_no_name() -> None:
    names = ["refine-turbo.fruits360", "stylegan-lite.fruits360", "vae-lite.eurosat"]
    for name in ("", "b", "is"):
        assert nearest(name, names) == []
    assert nearest("turbo", names) == names[:1]
    assert nearest("a", ["A", "b"]) == ["A"]
