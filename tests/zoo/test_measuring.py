"""What measures are given, and what is expected of a stranger's."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zoo.errors import PluginError, UsageError
from zoo.evaluation.measuring import load_measure, unmet
from zoo.evaluation.seen import Seen
from zoo.measure import Measure, Need


def seen(n: int, d: int = 3, **more: Any) -> Seen:
    return Seen(np.arange(n * d, dtype=np.float32).reshape(n, d), **more)


def test_a_part_knows_its_rows_also_a_part_of_a_part() -> None:
    whole = seen(6, asked=np.arange(6), logits=np.eye(6, dtype=np.float32))
    part = whole.take([5, 1, 3])
    assert part.whole is whole
    assert part.rows.tolist() == [5, 1, 3]
    assert len(part) == 3
    assert (part.features == whole.features[[5, 1, 3]]).all()
    assert part.logits.argmax(1).tolist() == part.asked.tolist() == [5, 1, 3]
    assert part.spectrum is None
    again = part.take(np.array([True, False, True]))
    assert again.whole is whole
    assert again.rows.tolist() == again.asked.tolist() == [5, 3]


def test_rows_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(UsageError, match=r"asked of 4 pictures: expected a row each.*\(3,\)"):
        seen(4, asked=np.arange(3))
    with pytest.raises(UsageError, match=r"features of 4 pictures.*2 dimensions; got \(4,\)"):
        Seen(np.zeros(4, np.float32))


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Measure]:
    """``stranger(built, needs)``: a measure of a module whose factory returns ``built``."""

    def make(built: object, needs: frozenset[Need] = frozenset({Need.REFERENCE})) -> Measure:
        module = types.ModuleType("stranger_measures")
        module.build = built if callable(built) and built is BROKEN else lambda: built
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return Measure("stranger", "A stranger's", "stranger_measures:build", needs=needs)

    return make


def BROKEN() -> object:  # noqa: N802 (a constant that is called)
    raise RuntimeError("no ruler")


def test_a_plain_function_is_a_measure(stranger: Callable[..., Measure]) -> None:
    measure = load_measure(stranger(lambda s, r: s.features.mean() - r.features.mean()))
    value = measure.prepare(seen(4), None)(seen(6))
    assert value == 3
    assert type(value) is float


def test_a_measure_is_given_what_it_needs_and_nothing_else(
    stranger: Callable[..., Measure],
) -> None:
    class Given:
        def prepare(self, reference: Seen | None, train: Seen | None) -> Callable[[Seen], float]:
            return lambda s: 10 * (reference is not None) + (train is not None)

    for needs, value in {(): 0, (Need.REFERENCE,): 10, (Need.TRAIN, Need.REFERENCE): 11}.items():
        measure = load_measure(stranger(Given(), frozenset(needs)))
        assert measure.prepare(seen(2), seen(2))(seen(2)) == value


@pytest.mark.parametrize(
    ("built", "message"),
    [
        (BROKEN, "stranger_measures:build failed: RuntimeError: no ruler"),
        (7, "returned '7'; expected an object with prepare"),
        (lambda s, r: math.nan, "answered 'nan'; expected a finite number"),
        (lambda s, r: s.features, "expected a finite number"),
        (lambda s, r: None, "answered 'None'; expected a finite number"),
        (lambda s, r: s.features[99], "the measure stranger failed: IndexError"),
        (lambda s: 1.0, "the measure stranger failed: TypeError"),
    ],
)
def test_a_measure_that_breaks_its_contract_is_named(
    built: object, message: str, stranger: Callable[..., Measure]
) -> None:
    with pytest.raises(PluginError, match=message):
        load_measure(stranger(built)).prepare(seen(4), None)(seen(4))


def test_a_plain_function_cannot_see_train_pictures(stranger: Callable[..., Measure]) -> None:
    with pytest.raises(PluginError, match=r"prepare\(reference, train\)"):
        load_measure(stranger(lambda s, r: 1.0, frozenset({Need.TRAIN})))


def test_usage_errors_stay_what_they_are(stranger: Callable[..., Measure]) -> None:
    def measured(s: Seen, r: Seen | None) -> float:
        raise UsageError("too few")

    with pytest.raises(UsageError, match="too few"):
        load_measure(stranger(measured)).prepare(seen(4), None)(seen(4))


def test_what_is_lacking_is_said_in_words() -> None:
    every = Measure("every", "Needs all", "a:b", needs=frozenset(Need))
    said = unmet(every, seen(2))
    assert said is not None
    for word in ("compare with", "trained on", "tells labels apart", "label of each", "spectrum"):
        assert word in said
    whole = seen(2, logits=np.zeros((2, 2)), asked=np.zeros(2, int), spectrum=np.zeros((2, 4)))
    assert unmet(every, whole, whole, whole) is None
    assert unmet(every, whole, seen(2), whole) == "needs the power spectrum of each picture"
    assert unmet(Measure("none", "Needs nothing", "a:b"), seen(1)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Not-Snake"},
        {"summary": " "},
        {"factory": "nowhere"},
        {"better": "best"},
        {"least": 0},
        {"bounds": (1, 1)},
    ],
    ids=str,
)
def test_a_field_that_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    good: dict[str, Any] = {"name": "good_one", "summary": "Good", "factory": "a:b"}
    Measure(**good)
    with pytest.raises(PluginError, match="measure "):
        Measure(**good | fields)
