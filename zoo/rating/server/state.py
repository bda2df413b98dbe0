"""Where a rater stands, as the page is told. Nothing in it says where a picture came from."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..recording import Recorder
from ..study import Trial
from . import words


def state(recorder: Recorder, rater: int) -> dict[str, Any]:
    """The rater's progress, the next trial, and the names of the pictures after it."""
    progress, study = recorder.progress(rater), recorder.study
    following = progress.next and recorder.following(progress.next)
    last = progress.last
    return {
        "answered": progress.answered,
        "total": progress.total,
        "limit": study.time_limit,
        "side": study.side,
        "trial": None
        if progress.next is None
        else _trial(recorder, progress.next, progress.attempt),
        "ahead": recorder.tokens(following.id) if following else [],
        "last": None if last is None else {"trial": last.trial, "attempt": last.attempt},
        "end": words.disclosure(recorder.seen(rater)) if progress.next is None else None,
    }


def _trial(recorder: Recorder, trial: Trial, attempt: int) -> dict[str, Any]:
    prompt, label = words.prompt(trial)
    catches = recorder.catches(trial.rater, trial.question)
    return {
        "id": trial.id,
        "attempt": attempt,
        "question": trial.question,
        "title": words.title(trial.question),
        "intro": words.intro(recorder.study, trial.question, catches),
        "prompt": prompt,
        "label": label,
        "choices": [dataclasses.asdict(choice) for choice in words.CHOICES[trial.question]],
        "pictures": recorder.tokens(trial.id),
    }
