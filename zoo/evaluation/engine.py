"""One set of pictures under every measure: values, intervals, and what is refused and why."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.errors import PluginError, UsageError
from zoo.measure import Measure, Need, Prepared

from .half_samples import LEAST, SUBSAMPLES, deviation, half_samples, interval
from .measuring import load_measure, unmet
from .real_mark import real_of
from .result import Material, RealOf, Score
from .sampling import proportional_rows
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
    real_of: RealOf | None = None
    real_why: str | None = None
    halves: list[float] = dataclasses.field(default_factory=list)


def measure_set(
    material: Material,
    measures: Sequence[Measure],
    *,
    extractor: str,
    seed: int,
    force: bool = False,
    watch: Watch = lambda *_: None,
) -> Measured:
    """The scores of ``material.seen``. The half-samples, drawn with ``seed``, are the same rows for
    every measure; the reference stays whole.

    A measure that lacks what it needs, that asks for more pictures than there are (unless
    ``force``), or that fails, is refused with its reason, and the others go on.
    """
    jobs: list[_Job] = []
    refused: dict[str, str] = {}
    for measure in measures:
        few = _few(measure, material)
        why = _lacking(measure, material) or (None if force else few)
        if why is None:
            try:
                jobs.append(_begin(measure, material, forced=few is not None))
            except (UsageError, PluginError) as error:
                if os.environ.get("ZOO_STRICT") == "1":
                    raise
                why = str(error)
        if why is not None:
            refused[measure.name] = why
    _measure_halves(jobs, material.seen, seed, watch)
    for job in jobs:
        _add_real(job, material, seed)
    n = len(material.seen)
    return Measured(tuple(_score(job, extractor, n) for job in jobs), tuple(refused.items()))


def _measure_halves(jobs: Sequence[_Job], seen: Seen, seed: int, watch: Watch) -> None:
    """Half by half, so that one copy of half the features is held at a time."""
    if len(seen) < LEAST:
        return
    for done, rows in enumerate(half_samples(len(seen), seed=seed), 1):
        half = seen.take(rows)
        for job in jobs:
            if len(job.halves) == done - 1:
                job.halves += _value(job.prepared, half)
        watch(done, SUBSAMPLES)


def check_finite(seen: Seen, name: str) -> None:
    """Raises UsageError, which names the rows, where a feature is no finite number."""
    bad = np.flatnonzero(~np.isfinite(seen.features).all(axis=1))
    if len(bad):
        some = ", ".join(map(str, bad[:5])) + (", …" if len(bad) > 5 else "")
        raise UsageError(
            f"{name}: the features of {len(bad):,} of {len(seen):,} pictures are not "
            f"finite numbers (picture {some}); the network is damaged, or cannot see such pictures"
        )


def _lacking(measure: Measure, material: Material) -> str | None:
    """What a measure cannot do without and does not have; None where it has all."""
    why = unmet(measure, material.seen, material.beside(measure), material.train)
    if why is None:
        return None
    hints = {
        Need.REFERENCE: (material.reference, "--against SET"),
        Need.TRAIN: (material.train, "--train SET"),
        Need.HELD_OUT: (material.held_out, "--held-out SET"),
    }
    give = [hint for need, (has, hint) in hints.items() if need in measure.needs and has is None]
    if Need.HELD_OUT in measure.needs and None not in (material.train, material.reference):
        why += ", which the reference is not known to be"
    return f"{why}: {', '.join(give)}" if give else why


def _few(measure: Measure, material: Material) -> str | None:
    """Why there are too few pictures for the value to mean anything; None where there are not."""
    counts = {"the set": len(material.seen)}
    if Need.REFERENCE in measure.needs and material.reference is not None:
        counts["the reference"] = len(material.reference)
    for name, count in counts.items():
        if count < measure.least:
            return (
                f"it means little below {measure.least:,} pictures, and {name} has {count:,}; "
                "kernel_distance is unbiased at any number, --force measures it all the same"
                if measure.name == "frechet_distance"
                else f"it means little below {measure.least:,} pictures, and {name} has {count:,}; "
                "--force measures it all the same"
            )
    least = math.ceil(measure.least_share * counts.get("the reference", 0))
    if len(material.seen) < least:
        return (
            f"it says little of a set much smaller than the reference: {len(material.seen):,} "
            f"pictures beside {counts['the reference']:,}; {least:,} at least are needed, better "
            "as many; --force measures it all the same"
        )
    return None


def _begin(measure: Measure, material: Material, *, forced: bool) -> _Job:
    prepared = load_measure(measure).prepare(material.beside(measure), material.train)
    value = prepared(material.seen)
    return _Job(measure, prepared, value, forced)


def _value(prepared: Prepared, seen: Seen) -> list[float]:
    """The value in a list, which is empty where there is none, as of sets that are too small."""
    try:
        return [prepared(seen)]
    except (UsageError, PluginError):
        return []


def _add_real(job: _Job, material: Material, seed: int) -> None:
    """What real pictures score: as many as the set has, or all where there are fewer."""
    job.real_of, real, job.real_why = real_of(job.measure, material)
    if real is None:
        return
    rows = _alike(material.seen, real, seed)
    alone = dataclasses.replace(real.take(rows), whole=None, rows=None)
    for value in _value(job.prepared, alone):
        job.real, job.real_n = value, len(rows)
    if job.real is None:
        job.real_of, job.real_why = None, f"{len(rows)} real pictures are too few for it"


def _alike(seen: Seen, real: Seen, seed: int) -> NDArray[np.int64]:
    """Rows of ``real``, as many as there are of ``seen`` and with the same labels, where both are
    known and there are enough; else drawn at random."""
    n = min(len(real), len(seen))
    if seen.asked is not None and real.asked is not None and n == len(seen):
        with contextlib.suppress(UsageError):
            return np.sort(proportional_rows(real.asked, seen.asked, n, seed=seed))
    return np.sort(np.random.default_rng([seed, 2]).choice(len(real), n, replace=False))


def _score(job: _Job, extractor: str, n: int) -> Score:
    measure, halves = job.measure, tuple(job.halves)
    if len(halves) < SUBSAMPLES:
        error, ends, halves = None, None, ()
    else:
        error = deviation(halves, n, share=measure.bounds == (0, 1))
        ends = interval(job.value, error, len(halves), measure.bounds)
    return Score(
        measure.name, shown_name(measure, extractor), job.value, ends, measure.better, error,
        halves, job.real, job.real_n, job.forced, job.real_of, job.real_why,
    )  # fmt: skip
