"""Comparing several sets of pictures: scores, what people said, speed, size, and a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .errors import UsageError
from .evaluating import Watch, evaluate

if TYPE_CHECKING:
    from .evaluation.comparison import Comparison, Subject
    from .evaluation.result import Evaluation
    from .evaluation.sets import PictureSet
    from .evaluation.sets.model_set import ModelSet
    from .rating.human_results import HumanScore


def compare(
    *sets: str | Path | PictureSet,
    against: str | Path | PictureSet | None = None,
    train: str | Path | PictureSet | None = None,
    held_out: str | Path | PictureSet | None = None,
    features: Sequence[str] = (),
    measures: Sequence[str] = (),
    n: int = 5000,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
    cache: Path | Literal[False] | None = None,
    device: str | None = None,
    speed: bool = True,
    sheet: Path | None = None,
    watch: Watch = lambda *_: None,
) -> Comparison:
    """Compare two or more sets; the arguments are those of :func:`zoo.evaluate`.

    ``speed``: measure how fast the models are, here and now. ``sheet``: write a sealed PNG of all
    models there, with the same seeds and labels, replacing what is there. Raises what
    :func:`zoo.evaluate` does.
    """
    if len(sets) < 2:
        raise UsageError(f"compare takes two sets or more; got {len(sets)}")
    evaluations = evaluate(
        *sets, against=against, train=train, held_out=held_out, features=features,
        measures=measures, n=n, seed=seed, options=options, force=force, cache=cache,
        device=device, watch=watch,
    )  # fmt: skip
    return _compared(evaluations, seed, sheet, watch, speed=speed)


def _compared(
    evaluations: Sequence[Evaluation], seed: int, sheet: Path | None, watch: Watch, *, speed: bool
) -> Comparison:
    from .evaluation.comparison import Comparison
    from .evaluation.differences import differences
    from .evaluation.side_by_side import save_side_by_side

    subjects, models = _subjects(evaluations, seed, watch, speed=speed)
    notes: list[str] = []
    people = _people(models, seed, notes)
    if sheet is not None and models:
        watch(f"making {sheet.name}", 0, 1)
        loaded, given = [m.model for m in models], [m.options for m in models]
        save_side_by_side(loaded, given, sheet, seed=seed)
        watch(f"making {sheet.name}", 1, 1)
    elif sheet is not None:
        notes.append("no sheet: none of the sets is a model")
    return Comparison(
        subjects,
        differences(evaluations),
        people,
        sheet if models else None,
        tuple(m.name for m in models) if sheet is not None else (),
        tuple(notes),
    )


def _subjects(
    evaluations: Sequence[Evaluation], seed: int, watch: Watch, *, speed: bool
) -> tuple[tuple[Subject, ...], list[ModelSet]]:
    """Each set with its evaluations; and those that are models."""
    from .evaluation.comparison import Subject
    from .evaluation.sets.model_set import ModelSet
    from .evaluation.speed import measure_speed

    by_set: dict[str, list[Evaluation]] = {}
    for each in evaluations:
        by_set.setdefault(each.set, []).append(each)
    found = {name: these[0].material for name, these in by_set.items()}
    models = [m.pictures for m in found.values() if m and isinstance(m.pictures, ModelSet)]
    speeds = {}
    if speed and models:
        loaded, given = [m.model for m in models], [m.options for m in models]
        measured = measure_speed(
            loaded, given, seed=seed,
            watch=lambda done, total: watch("measuring the models' speed", done, total),
        )  # fmt: skip
        speeds = {m.name: one for m, one in zip(models, measured, strict=True)}
    cards = {m.name: m.card for m in models}
    subjects = tuple(
        Subject(
            name,
            tuple(these),
            speeds.get(name),
            cards[name].params if name in cards else None,
            sum(w.size for w in cards[name].weights) if name in cards else None,
        )
        for name, these in by_set.items()
    )
    return subjects, models


def _people(models: Sequence[ModelSet], seed: int, notes: list[str]) -> tuple[HumanScore, ...]:
    """What raters said of these models in the studies at Zoo's home; of other weights that go by
    the same name, a note says so."""
    if not models:
        return ()
    from .rating.human_results import human_results

    weights = {m.card.id: {w.sha256 for w in m.card.weights} for m in models}
    people = human_results([*weights], seed=seed, note=notes.append)
    for score in people:
        for name, made_by in score.weights.items():
            if made_by and not set(made_by) <= weights.get(name, set()):
                notes.append(f"{score.file} judged other weights of {name} than these")
    return tuple(people)
