"""The boundary around what plugins bring: their names are told, and Zoo stays as it was."""

from __future__ import annotations

import logging
import random
import sys
import time
import types
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from sightings import sighting

import zoo
from zoo import boundary
from zoo.errors import PluginError
from zoo.evaluation.measuring import load_measure
from zoo.plugins import load_plugins
from zoo.tuning.rewarding import load_reward
from zoo_provenance.evidence import Evidence, Finding, Kind


def works(*given: Any) -> float:
    return 1.0


def exits(*given: Any) -> float:
    sys.exit("enough")


def fails(*given: Any) -> float:
    raise LookupError("no ruler")


def nonsense(*given: Any) -> str:
    return "seven"


def nan(*given: Any) -> Any:
    return torch.full((2,), torch.nan) if len(given) == 3 else float("nan")


def prints(*given: Any) -> float:
    print("two", "lines\nof it")
    return 1.0


def seeds(*given: Any) -> float:
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    return 1.0


FUNCTIONS = (works, exits, fails, nonsense, nan, prints, seeds)


class Odd:
    """A plugin that brings each of these functions as a measure, a reward and an examiner."""

    @zoo.hookimpl
    def zoo_measures(self):
        return [zoo.Measure(f.__name__, "odd", f"odd_parts:{f.__name__}") for f in FUNCTIONS]

    @zoo.hookimpl
    def zoo_rewards(self):
        return [zoo.Reward(f.__name__, "odd", f"odd_parts:{f.__name__}") for f in FUNCTIONS]

    @zoo.hookimpl
    def zoo_examiners(self):
        return [Examiner(f) for f in FUNCTIONS]


class Examiner:
    kind = Kind.CLAIM

    def __init__(self, function: Any) -> None:
        self.name, self.function = f"odd-{function.__name__}", function

    def examine(self, subject: object) -> Any:
        if self.function() == 1.0:
            return Evidence(self.name, self.kind, "none", Finding.NOTHING)
        return 7


@pytest.fixture
def odd(zoo_with: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = types.ModuleType("odd_parts")
    for function in FUNCTIONS:
        setattr(module, function.__name__, lambda *_, function=function: function)
    monkeypatch.setitem(sys.modules, "odd_parts", module)
    monkeypatch.setattr(boundary, "_told", set())
    return zoo_with(Odd())


WRONG = {
    "exits": "SystemExit: enough",
    "fails": "LookupError: no ruler",
    "nonsense": "answered",
    "nan": "answered .* finite",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_measure_and_a_reward_that_misbehave_are_named(odd: Any, name: str) -> None:
    with pytest.raises(PluginError, match=WRONG[name]) as caught:
        load_measure(odd.measures()[name]).prepare(None, None)(sighting(4))
    assert f"the measure {name} (plugin odd of zoo-odd 0.0.0)" in str(caught.value)
    with pytest.raises(PluginError, match=WRONG[name]) as caught:
        load_reward(odd.rewards()[name], torch.device("cpu"))(torch.zeros(2, 3, 8, 8), None, ())
    assert f"the reward {name} (plugin odd of zoo-odd 0.0.0)" in str(caught.value)


def test_an_examiner_that_misbehaves_is_listed_as_not_examined(
    odd: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    Image.new("RGB", (64, 64), "green").save(tmp_path / "green.png")
    before = random.getstate()
    evidence = {e.examiner: e for e in zoo.verify(tmp_path / "green.png", thorough=False).evidence}
    assert {evidence[f"odd-{name}"].finding for name in WRONG} == {Finding.NOT_EXAMINED}
    assert "would have ended Zoo" in evidence["odd-exits"].summary
    assert "no ruler" in evidence["odd-fails"].summary
    assert {evidence[f"odd-{n}"].finding for n in ("works", "prints", "seeds")} == {Finding.NOTHING}
    assert random.getstate() == before
    assert "the examiner odd-seeds (plugin odd of zoo-odd 0.0.0) changed" in caplog.text
    printed = capsys.readouterr()
    assert printed.out == ""
    who = "the examiner odd-prints (plugin odd of zoo-odd 0.0.0)"
    assert f"{who}: two lines\n{who}: of it\n" in printed.err


def test_a_measure_that_draws_from_the_global_state_is_told_once(
    odd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    states = random.getstate(), np.random.get_state()[1], torch.get_rng_state()
    measured = load_measure(odd.measures()["seeds"]).prepare(None, None)
    assert measured(sighting(4)) == measured(sighting(5)) == 1
    assert random.getstate() == states[0]
    assert (np.random.get_state()[1] == states[1]).all()
    assert torch.equal(torch.get_rng_state(), states[2])
    (told,) = caplog.messages
    assert "random state of Python and the random state of numpy and" in told


def test_a_plugin_that_is_slow_to_import_is_named_while_one_waits(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(boundary, "SLOW_SECONDS", 0.1)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "zoo_sleepy.py").write_text(
        "import time, zoo\ntime.sleep(0.4)\nprint('yawn')\n\n"
        "@zoo.hookimpl\ndef zoo_models():\n    return []\n"
    )
    with caplog.at_level(logging.WARNING):
        manager = load_plugins([EntryPoint("sleepy", "zoo_sleepy", "zoo")])
    assert [plugin.name for plugin in manager.loaded] == ["sleepy"]
    assert manager.loaded[0].seconds >= 0.4
    assert caplog.messages == ["plugin sleepy takes longer than 0.1 s; waiting for it"]
    assert capsys.readouterr() == ("", "plugin sleepy: yawn\n")


def test_a_quick_one_is_not(caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    monkeypatch.setattr(boundary, "SLOW_SECONDS", 0.2)
    with boundary.named_if_slow("the hare"):
        pass
    time.sleep(0.3)
    assert caplog.messages == []
