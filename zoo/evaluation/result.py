"""What an evaluation found: scores with their intervals, and the conditions they were measured in.

Plain values: everything but ``Evaluation.material`` is printed and written as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from zoo.measure import Measure, Need

if TYPE_CHECKING:
    from .seen import Seen
    from .sets import PictureSet

Better = Literal["higher", "lower", "none"]
RealOf = Literal["train", "reference", "held_out"]
"""Whose score stands beside a set's: that of train pictures, of the reference, of held-out ones."""


@dataclass(frozen=True)
class Conditions:
    """Without which a score means nothing. Scores of other ``features``, ``revision``, ``resize``
    or ``reference`` must not be compared.

    ``n`` and ``reference_n`` are pictures. ``options`` is how a model was asked ("steps=4"), empty
    for defaults and for pictures that were there. Intervals come from ``subsamples`` draws of
    ``subsample_size`` pictures each, without replacement. ``notes`` belong beside the scores.
    ``held_out`` are pictures of the training data that were not trained on; ``real`` names the
    train pictures whose scores stand beside those of the set.
    """

    features: str
    revision: str
    resize: str
    n: int
    reference: str | None = None
    reference_n: int | None = None
    train: str | None = None
    train_n: int | None = None
    seed: int = 0
    options: str = ""
    subsamples: int = 0
    subsample_size: int = 0
    notes: tuple[str, ...] = ()
    held_out: str | None = None
    held_out_n: int | None = None
    real: str | None = None

    @property
    def extractor(self) -> str:
        """``features@revision``, as it is printed."""
        return f"{self.features}@{self.revision}"

    @property
    def table(self) -> tuple[str, str, str, str | None, int | None]:
        """What scores must have in common to stand in one table."""
        return self.features, self.revision, self.resize, self.reference, self.reference_n


@dataclass(frozen=True)
class Score:
    """The value of one measure on all pictures of a set.

    ``shown`` is the name to print: it says what a surrogate was measured with. ``interval`` is the
    95 % interval and ``error`` the standard error that it comes from, None where a set is too small
    for half-samples; ``half_samples`` are their values, the same rows for every measure. ``real``
    is what ``real_n`` real pictures (as many, or all there are) score under the same conditions,
    where such are at hand, ``real_of`` says which, and ``real_why`` why there are none.
    ``forced``: it would have been refused.
    """

    name: str
    shown: str
    value: float
    interval: tuple[float, float] | None
    better: Better
    error: float | None = None
    half_samples: tuple[float, ...] = field(default=(), repr=False)
    real: float | None = None
    real_n: int | None = None
    forced: bool = False
    real_of: RealOf | None = None
    real_why: str | None = None


@dataclass(frozen=True)
class Material:
    """What was measured: arrays and pictures, for plots and sheets. Not part of the JSON.

    Row i of ``seen`` is picture i of ``pictures``, and so for reference and train, whose pictures
    are None where only their features ship with Zoo. ``labels`` are the extractor's. ``held_out``
    are pictures of the training data that were not trained on; ``real`` are real pictures for
    the mark beside the scores against the reference.
    """

    seen: Seen
    pictures: PictureSet
    labels: tuple[str, ...] = ()
    reference: Seen | None = None
    reference_pictures: PictureSet | None = None
    train: Seen | None = None
    train_pictures: PictureSet | None = None
    held_out: Seen | None = None
    real: Seen | None = None

    def beside(self, measure: Measure) -> Seen | None:
        """What a measure is given as the reference."""
        return self.held_out if Need.HELD_OUT in measure.needs else self.reference


@dataclass(frozen=True)
class Evaluation:
    """One set of pictures, as one extractor sees it.

    ``refused`` holds (measure, why) for each that was asked for and not measured, ``excluded``
    (file, why) for each picture that was left out.
    """

    set: str
    conditions: Conditions
    scores: tuple[Score, ...]
    refused: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    material: Material | None = field(default=None, repr=False, compare=False)

    def score(self, name: str) -> Score | None:
        """The score of a measure, or None where it was not measured."""
        return next((s for s in self.scores if s.name == name), None)
