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
from .beside import Beside, Compared, Given, Named, find_beside
from .cache import default_cache
from .engine import check_finite, measure_set
from .extractor import Extractor, default_extractor, load_extractor
from .half_samples import LEAST, SUBSAMPLES
from .notes import notes
from .reference import reference_labels
from .result import Conditions, Evaluation, Material
from .seen import Seen
from .sets import PictureSet, open_set, seen
from .sets.model_set import ModelSet
from .shipped import Option, Shipped, shipped_name

if TYPE_CHECKING:
    from zoo.evaluating import Watch

Asked = str | Path | PictureSet
MOST_REFERENCE = 50_000
"""Pictures of a reference, and of training pictures: all, unless there are more. Of a model, which
makes any number, as many as of the sets."""


@dataclass(frozen=True)
class Plan:
    """What :func:`zoo.evaluate` was asked for."""

    measures: tuple[Measure, ...]
    against: Asked | None
    train: Asked | None
    held_out: Asked | None
    features: tuple[str, ...]
    n: int
    seed: int
    options: dict[str, Any]
    force: bool
    cache: Path | Literal[False] | None
    device: str | None


def run(plan: Plan, sets: Sequence[Asked], watch: Watch) -> Iterator[Evaluation]:
    """One evaluation for each extractor and set; everything is opened before the first."""
    given = Given(
        _open_beside(plan.against, "--against", plan),
        _open_beside(plan.train, "--train", plan),
        _open_beside(plan.held_out, "--held-out", plan),
    )
    _check_held_out(given)
    opened = [_open(named, plan, plan.n) for named in sets]
    names = [one.name for one in opened]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{', '.join(sorted(twice))} is among the sets twice; name each once")
    check_options([one.card for one in opened if isinstance(one, ModelSet)], plan.options)
    opened = [
        _asked_for(one, plan, given.against) if isinstance(one, ModelSet) else one for one in opened
    ]
    wanted: dict[str, list[PictureSet]] = {}
    for one in opened:
        for name in plan.features or (_default_for(one, given.against),):
            wanted.setdefault(name, []).append(one)
    for name, these in wanted.items():
        eye = _Eye(plan, load_extractor(name, device=plan.device), given, watch)
        for one in these:
            yield eye.evaluate(one)


def _open(named: Asked, plan: Plan, n: int) -> PictureSet:
    if isinstance(named, PictureSet):
        return named
    return open_set(str(named), n=n, seed=plan.seed, device=plan.device)


def _open_beside(named: Asked | None, option: Option, plan: Plan) -> Named:
    """What sets are compared with."""
    if named is None or isinstance(named, PictureSet):
        return named
    if (data := shipped_name(str(named), option)) is not None:
        return data
    found = _open(named, plan, MOST_REFERENCE)
    return _open(named, plan, plan.n) if isinstance(found, ModelSet) else found


def _check_held_out(given: Given) -> None:
    """Raises UsageError where they are the train pictures."""
    one, other = given.held_out, given.train
    if isinstance(one, PictureSet) and isinstance(other, PictureSet) and one.digest == other.digest:
        raise UsageError(
            f"--held-out {one.name} and --train {other.name} are the same pictures; give such of "
            "the same data that were not trained on"
        )


def _asked_for(one: ModelSet, plan: Plan, against: Named) -> ModelSet:
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


def _default_for(one: PictureSet, against: Named) -> str:
    if isinstance(one, ModelSet):
        return default_extractor(one.card.labels)
    labels = one.labels or (_labels(against) if against else None) or ()
    return default_extractor(sorted(set(labels)))


def _arrays(of: Compared | None) -> tuple[Seen | None, PictureSet | None]:
    return (None, None) if of is None else (of.seen, of.pictures)


class _Eye:
    """One extractor at work; what it has seen of a set is not seen twice."""

    def __init__(self, plan: Plan, extractor: Extractor, given: Given, watch: Watch) -> None:
        self.plan, self.extractor, self.given, self.watch = plan, extractor, given, watch
        self._shipped = Shipped(extractor)
        self._seen: dict[int, Seen] = {}

    def evaluate(self, pictures: PictureSet) -> Evaluation:
        found = self._look(pictures)
        if len(found) < 2:
            raise UsageError(f"{pictures.name} has one picture; scores are of two at least")
        beside = find_beside(pictures, self.given, self._shipped, self._look)
        material = Material(
            found,
            pictures,
            self.extractor.labels,
            *_arrays(beside.reference),
            *_arrays(beside.train),
            _arrays(beside.held_out)[0],
            _arrays(beside.real)[0],
        )
        what = f"measuring {pictures.name} in {self.extractor.name}"
        measured = measure_set(
            material, self.plan.measures, extractor=self.extractor.name, seed=self.plan.seed,
            force=self.plan.force, watch=lambda done, total: self.watch(what, done, total),
        )  # fmt: skip
        return Evaluation(
            pictures.name, self._conditions(material, beside), measured.scores,
            measured.refused, tuple(pictures.excluded), material,
        )  # fmt: skip

    def _conditions(self, material: Material, beside: Beside) -> Conditions:
        n = len(material.seen)
        pictures = material.pictures
        options = pictures.options if isinstance(pictures, ModelSet) else {}
        enough = n >= LEAST
        reference, train, held_out = beside.reference, beside.train, beside.held_out
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
            tuple(notes(pictures, n, beside, self.extractor, asked=self.plan.n)),
            held_out.name if held_out else None,
            len(held_out.seen) if held_out else None,
            beside.real.name if beside.real else None,
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
