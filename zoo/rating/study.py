"""What a study is made of: pictures, raters, trials and answers. Plain data, no imports of weight.

A *trial* is one question to one rater. Trials with the same ``unit`` ask every rater the same
about the same pictures; their order, and the sides, are each rater's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["real-or-generated", "which-is-better", "scales"]
Question = Literal["real-or-generated", "which-is-better", "aesthetics", "coherence", "fit"]

KINDS: tuple[Kind, ...] = get_args(Kind)
SCALES: tuple[Question, ...] = ("aesthetics", "coherence", "fit")
_FIVE = ("1", "2", "3", "4", "5")
CHOICES: dict[Question, tuple[str, ...]] = {
    "real-or-generated": ("real", "generated"),
    "which-is-better": ("left", "right"),
    "aesthetics": _FIVE,
    "coherence": _FIVE,
    "fit": _FIVE,
}
"""What can be answered. ``left`` is a trial's first item; 5 is the best of a scale."""


@dataclass(frozen=True)
class Study:
    """One study. ``id`` is random; ``sets`` are the names of the sets in the order given; ``side``
    is that of every picture, in pixels; ``time_limit`` is for how many milliseconds a picture is
    shown before a mask covers it; ``about`` says in sentences how the pictures were prepared, and
    what was left out."""

    id: str
    kind: Kind
    seed: int
    questions: tuple[Question, ...]
    sets: tuple[str, ...]
    side: int
    created: str
    time_limit: int | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A picture of a study. ``sha256`` is that of its PNG in the study's file.

    ``set`` is one of the study's; ``generated`` is None where nobody said; ``source`` is the file
    it came from, or the model's picture (``"stylegan-lite.fruits360 seed 1 index 7"``); ``record``
    is the JSON of the record that makes a model's picture again. A ``damaged`` picture was spoilt
    on purpose, for a catch trial.
    """

    sha256: str
    set: str
    generated: bool | None
    label: str | None
    source: str
    record: str | None = None
    damaged: bool = False


@dataclass(frozen=True)
class Rater:
    """``number`` counts from 1; who holds the ``code`` answers as this rater."""

    number: int
    code: str


@dataclass(frozen=True)
class Trial:
    """One question to one rater, their ``index``-th (from 0).

    ``items`` are in the order shown: one, or left and right. ``expected`` are the choices that are
    right; empty where that is a matter of taste. A ``catch`` trial is one that whoever looks gets
    right; it says something of the rater, nothing of the sets.
    """

    id: int
    rater: int
    index: int
    question: Question
    unit: int
    items: tuple[Item, ...]
    catch: bool = False
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A rater's answer. ``milliseconds`` went by from the picture's first frame to the answer.

    ``shown`` is for how many milliseconds the picture was really to be seen, where there is a time
    limit; ``looks`` counts how often it was shown (more than once after a reload). ``attempt``
    counts from 0, one more after each undo. ``at`` is the time of arrival, RFC 3339 in UTC.
    """

    trial: int
    choice: str
    milliseconds: int
    at: str = ""
    attempt: int = 0
    shown: int | None = None
    looks: int = 1


@dataclass(frozen=True)
class Progress:
    """Where a rater stands: ``next`` is the trial to answer (None at the end), with its
    ``attempt``; ``last`` is the latest answer, which could be taken back."""

    rater: int
    answered: int
    total: int
    next: Trial | None
    attempt: int
    last: Answer | None
