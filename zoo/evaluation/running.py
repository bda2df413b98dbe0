"""A run of ``zoo.evaluate``: opens sets, looks at them with each extractor, and measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from zoo.card import Card
from zoo.errors import UsageError
from zoo.measure import Measure

from .asked_options import check_options, own_options
from .cache import default_cache
from .engine import check_finite, measure_set
from .extractor import Extractor, default_extractor, load_extractor
from .half_samples import LEAST, SUBSAMPLES
from .notes import notes
from .reference import Reference, data_names, reference_for, reference_labels
from .result import Conditions, Evaluation, Material
from .seen import Seen
from .sets import PictureSet, open_set, seen
from .sets.model_set import ModelSet

if TYPE_CHECKING:
    from zoo.evaluating import Watch

Named = str | Path | PictureSet
MOST_REFERENCE = 50_000
"""Pictures of a reference, and of training pictures: all, unless there are more."""


@dataclass(frozen=True)
class Plan:
    """What :func:`zoo.evaluate` was asked for."""

    measures: tuple[Measure, ...]
    against: Named | None
    train: Named | None
    features: tuple[str, ...]
    n: int
    seed: int
    options: dict[str, Any]
    force: bool
    cache: Path | Literal[False] | None
    device: str | None


@dataclass(frozen=True)
class Compared:
    """What a set is compared with, as one extractor sees it; the pictures where they are there."""

    name: str
    seen: Seen
    pictures: PictureSet | None


Against = PictureSet | str | None
"""Pictures that are there, or the name of data whose features ship with an extractor."""


def run(plan: Plan, sets: Sequence[Named], watch: Watch) -> Iterator[Evaluation]:
    """One evaluation for each extractor and set; everything is opened before the first."""
    against = _open_against(plan)
    train = None if plan.train is None else _open(plan.train, plan, MOST_REFERENCE)
    opened = [_open(named, plan) for named in sets]
    names = [one.name for one in opened]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{', '.join(sorted(twice))} is among the sets twice; name each once")
    check_options([one.card for one in opened if isinstance(one, ModelSet)], plan.options)
    opened = [
        _asked_for(one, plan, against) if isinstance(one, ModelSet) else one for one in opened
    ]
    wanted: dict[str, list[PictureSet]] = {}
    for one in opened:
        for name in plan.features or (_default_for(one, against),):
            wanted.setdefault(name, []).append(one)
    for name, these in wanted.items():
        eye = _Eye(plan, load_extractor(name, device=plan.device), watch)
        for one in these:
            yield eye.evaluate(one, against, train)


def _open(named: Named, plan: Plan, n: int | None = None) -> PictureSet:
    if isinstance(named, PictureSet):
        return named
    return open_set(str(named), n=n or plan.n, seed=plan.seed, device=plan.device)


def _open_against(plan: Plan) -> Against:
    """A folder goes before data of the same name."""
    named = plan.against
    if named is None or (str(named) in data_names() and not Path(str(named)).exists()):
        return None if named is None else str(named)
    return _open(named, plan, MOST_REFERENCE)


def _asked_for(one: ModelSet, plan: Plan, against: Against) -> ModelSet:
    """The pictures of a model with the plan's options, their labels in the proportions of what
    they are compared with."""
    card = one.card
    known = {label.casefold() for label in card.labels}
    shared = [label for label in _labels(against or card) or () if label.casefold() in known]
    options = own_options(card, plan.options)
    return ModelSet(
        card, n=plan.n, seed=plan.seed, options=options, like=shared or None, device=plan.device
    )


def _labels(of: PictureSet | Card | str) -> Sequence[str] | None:
    return of.labels if isinstance(of, PictureSet) else reference_labels(of)


def _default_for(one: PictureSet, against: Against) -> str:
    if isinstance(one, ModelSet):
        return default_extractor(one.card.labels)
    labels = one.labels or (_labels(against) if against else None) or ()
    return default_extractor(sorted(set(labels)))


class _Eye:
    """One extractor at work; what it has seen of a set is not seen twice."""

    def __init__(self, plan: Plan, extractor: Extractor, watch: Watch) -> None:
        self.plan, self.extractor, self.watch = plan, extractor, watch
        self._seen: dict[int, Seen] = {}

    def evaluate(
        self, pictures: PictureSet, against: Against, train: PictureSet | None
    ) -> Evaluation:
        found = self._look(pictures)
        if len(found) < 2:
            raise UsageError(f"{pictures.name} has one picture; scores are of two at least")
        reference, known = self._compared(pictures, against, train)
        material = Material(
            found,
            pictures,
            self.extractor.labels,
            *((reference.seen, reference.pictures) if reference else (None, None)),
            *((known.seen, known.pictures) if known else (None, None)),
        )
        what = f"measuring {pictures.name} in {self.extractor.name}"
        measured = measure_set(
            material, self.plan.measures, extractor=self.extractor.name, seed=self.plan.seed,
            force=self.plan.force, watch=lambda done, total: self.watch(what, done, total),
        )  # fmt: skip
        return Evaluation(
            pictures.name, self._conditions(material, reference, known), measured.scores,
            measured.refused, tuple(pictures.excluded), material,
        )  # fmt: skip

    def _conditions(
        self, material: Material, reference: Compared | None, train: Compared | None
    ) -> Conditions:
        n = len(material.seen)
        pictures = material.pictures
        options = pictures.options if isinstance(pictures, ModelSet) else {}
        enough = n >= LEAST
        return Conditions(
            self.extractor.name,
            self.extractor.revision,
            self.extractor.resize,
            n,
            reference.name if reference else None,
            len(reference.seen) if reference else None,
            train.name if train else None,
            len(train.seen) if train else None,
            self.plan.seed,
            ", ".join(f"{name}={value}" for name, value in options.items()),
            SUBSAMPLES if enough else 0,
            n // 2 if enough else 0,
            tuple(notes(material, self.extractor, asked=self.plan.n)),
        )

    def _compared(
        self, pictures: PictureSet, against: Against, train: PictureSet | None
    ) -> tuple[Compared | None, Compared | None]:
        """The reference, and the training pictures: those given, or those that ship with Zoo."""
        reference = known = None
        if isinstance(against, PictureSet):
            reference = Compared(against.name, self._look(against), against)
        if train is not None:
            known = Compared(train.name, self._look(train), train)
        shipped = self._shipped(pictures, against)
        if shipped is not None and reference is None:
            reference = Compared(f"{shipped.name}:test", shipped.seen, None)
        if shipped is not None and known is None:
            known = Compared(f"{shipped.name}:train", shipped.train, None)
        return reference, known

    def _shipped(self, pictures: PictureSet, against: Against) -> Reference | None:
        """Of the data that were named, or that a model was trained on."""
        if isinstance(against, str):
            found = reference_for(against, self.extractor)
            if found is None:
                raise UsageError(
                    f"no features of {against} ship for {self.extractor.name}; give the pictures: "
                    "--against FOLDER"
                )
            return found
        return (
            reference_for(pictures.card, self.extractor) if isinstance(pictures, ModelSet) else None
        )

    def _look(self, pictures: PictureSet) -> Seen:
        if id(pictures) not in self._seen:
            what = f"{self.extractor.name} looks at {pictures.name}"

            def progress(done: int, total: int) -> None:
                self.watch(what, done, total)

            found = seen(pictures, self.extractor, cache=self._cache(), progress=progress)
            check_finite(found, pictures.name)
            self._seen[id(pictures)] = found
        return self._seen[id(pictures)]

    def _cache(self) -> Path | None:
        if self.plan.cache is False:
            return None
        return default_cache() if self.plan.cache is None else self.plan.cache
