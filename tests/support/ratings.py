"""Studies of made-up pictures, and raters who answer as they are told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from zoo.rating.creating import Unit, create_study
from zoo.rating.pictures import as_png
from zoo.rating.recording import Recorder
from zoo.rating.store import Answers, open_answers
from zoo.rating.study import Answer, Item, Kind, Question, Study, Trial
from zoo_provenance.record import Record

Chooser = Callable[[Trial], tuple[str, int]]
"""What the rater of a trial chooses, after how many milliseconds."""
QUESTIONS: Mapping[Kind, tuple[Question, ...]] = {
    "real-or-generated": ("real-or-generated",),
    "which-is-better": ("which-is-better",),
    "scales": ("aesthetics", "fit"),
}


def grain(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def item(set_name: str, number: int, sha256: str, *, generated: bool | None = True) -> Item:
    """A picture; a generated one has the record of a model that is called like its set."""
    record = Record(set_name, "toy", seed=1, index=number, label="Red", weights=("ab" * 32,))
    source = f"{set_name} seed 1 index {number}" if generated else f"{set_name}/{number}.png"
    made = record.to_json() if generated else None
    return Item(sha256, set_name, generated, "Red", source, made)


def begin(
    file: Path, kind: Kind, sets: Mapping[str, bool | None], *, each: int, raters: int,
    catches: int = 0, time_limit: int | None = None,
    pixels: Callable[[int, int], np.ndarray] = lambda place, n: grain(1000 * place + n),
) -> Answers:  # fmt: skip
    """A study of ``each`` pictures of every set, of which ``sets`` say whether they are generated.
    Comparisons are of the same number of any two sets; of one set, of neighbours."""
    file.parent.mkdir(parents=True, exist_ok=True)
    names, items, pictures, units = list(sets), [], {}, []
    for place, name in enumerate(names):
        for number in range(each):
            sha256, png = as_png(pixels(place, number))
            items.append(item(name, number, sha256, generated=sets[name]))
            pictures[sha256] = png
    for question in QUESTIONS[kind]:
        units += list(_units(question, items, names, each))
        units += [Unit(question, unit.items, True, _expected(question)) for unit in units[:catches]]
    study = Study("ab12", kind, 5, QUESTIONS[kind], tuple(names), 8, "2026-08-01T00:00:00Z",
                  time_limit)  # fmt: skip
    create_study(file, study, pictures, items, units, raters)
    return open_answers(file)


def _units(question: Question, items: Sequence[Item], names: list[str], each: int):
    if question != "which-is-better":
        for number, one in enumerate(items):
            expected = ("generated" if one.generated else "real",)
            yield Unit(question, (number,), expected=expected if "real" in question else ())
        return
    if len(names) == 1:
        for number in range(0, each - 1, 2):
            yield Unit(question, (number, number + 1))
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            for number in range(each):
                yield Unit(question, (a * each + number, b * each + number))


def _expected(question: Question) -> tuple[str, ...]:
    return {"real-or-generated": ("generated",), "which-is-better": ("left",)}.get(question, ("1",))


def rate(answers: Answers, choose: Chooser, raters: Sequence[int] | None = None) -> None:
    """Have raters, all or some, answer everything that they are asked."""
    with Recorder(answers.file) as recorder:
        for rater in recorder.raters:
            if raters is not None and rater.number not in raters:
                continue
            for trial in answers.trials(rater.number):
                choice, milliseconds = choose(trial)
                shown = answers.study.time_limit
                recorder.record(
                    rater.number, Answer(trial.id, choice, milliseconds, shown=shown)
                )  # fmt: skip
