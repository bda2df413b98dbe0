"""One set of pictures under every measure: values, intervals, and what is refused and why."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from zoo.errors import UsageError
from zoo.factories import import_factory
from zoo.measure import Measure, MeasureFunction, Need, Prepared

from .half_samples import LEAST, SUBSAMPLES, half_samples, interval
from .result import Material, Score
from .seen import Seen
from .shown import shown_name

Watch = Callable[[int, int], object]
"""Called with how many half-samples are done, of how many."""


@dataclass(frozen=True)
class Measured:
    """Scores in the order of the measures, and (measure, why) of those that were refused."""

    scores: tuple[Score, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass
class _Job:
    """One measure at work on one set."""

    measure: Measure
    prepared: Prepared
    value: float
    forced: bool
    real: float | None = None
    real_n: int | None = None
    halves: list[float] = dataclasses.field(default_factory=list)


def measure_set(
    material: Material,
    measures: Sequence[Measure],
    *,
    extractor: str,
    seed: int,
    force: bool = False,
    watch: Watch = lambda done, total: None,
) -> Measured:
    """The scores of ``material.seen``. The half-samples, drawn with ``seed``, are the same rows for
    every measure; the reference stays whole.

    A measure that lacks what it needs, that asks for more pictures than there are (unless
    ``force``), or that fails, is refused with its reason, and the others go on.
    """
    jobs: list[_Job] = []
    refused: dict[str, str] = {}
    for measure in measures:
        why = _refusal(measure, material, extractor) or (None if force else _few(measure, material))
        if why is None:
            try:
                jobs.append(_begin(measure, material, forced=bool(_few(measure, material))))
            except Exception as error:
                if os.environ.get("ZOO_STRICT") == "1":
                    raise
                why = _told(error)
        if why is not None:
            refused[measure.name] = why
    n = len(material.seen.features)
    if n >= LEAST:
        for done, rows in enumerate(half_samples(n, seed=seed), 1):
            half = material.seen.take(rows)
            for job in jobs:
                if len(job.halves) == done - 1:
                    job.halves += _value(job.prepared, half)
            watch(done, SUBSAMPLES)
    for job in jobs:
        _add_real(job, material, seed)
    return Measured(tuple(_score(job, extractor, n) for job in jobs), tuple(refused.items()))


def check_finite(seen: Seen, name: str) -> None:
    """Raises UsageError, which names the rows, where a feature is no finite number."""
    bad = np.flatnonzero(~np.isfinite(seen.features).all(axis=1))
    if len(bad):
        some = ", ".join(map(str, bad[:5])) + (", …" if len(bad) > 5 else "")
        raise UsageError(
            f"{name}: the features of {len(bad):,} of {len(seen.features):,} pictures are not "
            f"finite numbers (picture {some}); the network is damaged, or cannot see such pictures"
        )


def _refusal(measure: Measure, material: Material, extractor: str) -> str | None:
    """Why a measure cannot be taken at all; None where it can."""
    seen, reference = material.seen, material.reference
    missing = {
        Need.REFERENCE: "it needs a reference: --against SET" if reference is None else None,
        Need.TRAIN: "it needs the pictures that the model was trained on: --train SET"
        if material.train is None
        else None,
        Need.LOGITS: f"it needs a classifier; {extractor} gives features only"
        if seen.logits is None
        else None,
        Need.LABELS: f"it needs pictures whose labels {extractor} knows"
        if seen.asked is None or seen.logits is None
        else None,
        Need.SPECTRUM: "it needs the spectrum of both sets"
        if seen.spectrum is None
        or (Need.REFERENCE in measure.needs and reference and reference.spectrum is None)
        else None,
    }
    return next((why for need, why in missing.items() if why and need in measure.needs), None)


def _few(measure: Measure, material: Material) -> str | None:
    """Why there are too few pictures for the value to mean anything; None where there are not."""
    counts = {"the set": len(material.seen.features)}
    if Need.REFERENCE in measure.needs and material.reference is not None:
        counts["the reference"] = len(material.reference.features)
    for name, count in counts.items():
        if count < measure.least:
            return (
                f"it means little below {measure.least:,} pictures, and {name} has {count:,}; "
                "kernel_distance is unbiased at any number, --force measures it all the same"
                if measure.name == "frechet_distance"
                else f"it means little below {measure.least:,} pictures, and {name} has {count:,}; "
                "--force measures it all the same"
            )
    return None


def _begin(measure: Measure, material: Material, *, forced: bool) -> _Job:
    build: Callable[[], MeasureFunction] = import_factory(measure.factory)
    prepared = build().prepare(material.reference, material.train)
    value = float(prepared(material.seen))
    if not math.isfinite(value):
        raise UsageError(f"its value is {value}")
    return _Job(measure, prepared, value, forced)


def _value(prepared: Prepared, seen: Seen) -> list[float]:
    """The value in a list, which is empty where there is none, as of sets that are too small."""
    try:
        value = float(prepared(seen))
    except UsageError:
        return []
    return [value] if math.isfinite(value) else []


def _add_real(job: _Job, material: Material, seed: int) -> None:
    """What real pictures score: those to train on, or, for a measure that compares with these or
    with nothing, the reference; as many as the set has, or all where there are fewer."""
    needs = job.measure.needs
    against = Need.REFERENCE in needs and Need.TRAIN not in needs
    real = material.train if against else material.reference
    if real is None or any(_lacks(real, need) for need in needs):
        return
    n = min(len(real.features), len(material.seen.features))
    rows = np.random.default_rng([seed, 2]).choice(len(real.features), n, replace=False)
    for value in _value(job.prepared, real.take(np.sort(rows))):
        job.real, job.real_n = value, n


def _lacks(seen: Seen, need: Need) -> bool:
    fields = {Need.LOGITS: seen.logits, Need.LABELS: seen.asked, Need.SPECTRUM: seen.spectrum}
    return need in fields and fields[need] is None


def _score(job: _Job, extractor: str, n: int) -> Score:
    measure = job.measure
    whole = len(job.halves) == SUBSAMPLES
    return Score(
        measure.name,
        shown_name(measure, extractor),
        job.value,
        interval(job.value, job.halves, n, measure.bounds) if whole else None,
        measure.better,
        tuple(job.halves) if whole else (),
        job.real,
        job.real_n,
        job.forced,
    )


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, UsageError) else f"{type(error).__name__}: {error}"


def names(measures: Sequence[Measure]) -> Iterator[str]:
    return (measure.name for measure in measures)
