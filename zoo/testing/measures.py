"""Checking that a measure keeps Zoo's contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from zoo.evaluation.measuring import load_measure
from zoo.evaluation.seen import Seen
from zoo.measure import Measure, Need, Prepared

from .contract import Check, Report, run_checks
from .watched import manners, watch

_LABELS, _FEATURES, _RADII = 4, 12, 9


def check_measure(measure: Measure) -> Report:
    """Try every clause of a measure's contract with sets of made-up features.

    Returns how each went. Raises ContractError, which lists them, where one fails.
    """
    return run_checks(measure.name, _checks(measure)).demand()


def _checks(measure: Measure) -> Iterator[Check]:
    count = max(2 * measure.least, 48)
    reference, train, alike = (_sighting(count, seed) for seed in (1, 2, 3))
    strange = _sighting(count, 4, shift=4.0)

    def prepared() -> Prepared:
        return load_measure(measure).prepare(reference, train)

    def loads() -> None:
        load_measure(measure)

    yield Check("it loads", loads, essential=True)
    yield Check("it gives a finite number", lambda: _finite(prepared(), alike), essential=True)
    yield Check("its value lies within its bounds", lambda: _bounded(measure, prepared(), alike))
    yield Check("the same set has the same value", lambda: _repeats(prepared, alike))
    yield Check("it measures halves of a set, too", lambda: _halves(prepared(), alike))
    if measure.better != "none" and measure.needs == {Need.REFERENCE}:
        yield Check(
            "a set like the reference is better than a strange one",
            lambda: _ranks(measure, prepared(), alike, strange),
        )
    given = (
        reference if Need.REFERENCE in measure.needs else None,
        train if Need.TRAIN in measure.needs else None,
    )
    yield from manners(lambda: watch(lambda: load_measure(measure).function.prepare(*given)(alike)))


def _sighting(count: int, seed: int, shift: float = 0.0) -> Seen:
    """Normal features about ``shift``, of pictures most of which show what was asked; nobody may
    write into the arrays."""
    chance = np.random.default_rng(seed)
    asked = np.arange(count) % _LABELS
    logits = 3 * np.eye(_LABELS)[asked] + chance.standard_normal((count, _LABELS))
    features = chance.standard_normal((count, _FEATURES)) + shift
    spectrum = 0.1 * chance.standard_normal((count, _RADII)) + shift + 5
    seen = Seen(
        features.astype(np.float32),
        logits.astype(np.float32),
        asked,
        spectrum.astype(np.float32),
    )
    for array in (seen.features, seen.logits, seen.asked, seen.spectrum):
        if array is not None:
            array.setflags(write=False)
    return seen


def _finite(prepared: Prepared, seen: Seen) -> str | None:
    prepared(seen)  # raises PluginError where it is none
    return None


def _bounded(measure: Measure, prepared: Prepared, seen: Seen) -> str | None:
    value, (low, high) = prepared(seen), measure.bounds
    if low <= value <= high:
        return None
    return f"it gives {value:.4g}, but its bounds are {low:g} to {high:g}; mend either"


def _repeats(prepare: Callable[[], Prepared], seen: Seen) -> str | None:
    one, other = prepare()(seen), prepare()(seen)
    if abs(one - other) <= 1e-6 * max(1.0, abs(one)):
        return None
    return f"measured twice, {one:.6g} and {other:.6g}; take random numbers from a fixed seed"


def _halves(prepared: Prepared, seen: Seen) -> str | None:
    whole = prepared(seen)
    half = prepared(seen.take(np.arange(0, len(seen), 2)))
    again = prepared(seen)
    if abs(whole - again) > 1e-6 * max(1.0, abs(whole)):
        return (
            f"before and after a half ({half:.4g}) the whole set has {whole:.6g} and {again:.6g}; "
            "keep nothing of one set for the next but by seen.whole and seen.rows"
        )
    return None


def _ranks(measure: Measure, prepared: Prepared, alike: Seen, strange: Seen) -> str | None:
    near, far = prepared(alike), prepared(strange)
    if (near < far) if measure.better == "lower" else (near > far):
        return None
    return (
        f"a set like the reference has {near:.4g} and one far from it {far:.4g}, but "
        f"{measure.better} is said to be better; mend better= or the measure"
    )
