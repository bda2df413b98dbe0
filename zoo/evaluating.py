"""Evaluating: from the names of sets of pictures to scores with their conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .errors import UnknownNameError, UsageError
from .measure import Measure
from .plugins import plugin_manager

if TYPE_CHECKING:
    from .evaluation.result import Evaluation
    from .evaluation.sets import PictureSet

Watch = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and of how much."""


def evaluate(
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
    watch: Watch = lambda *_: None,
) -> tuple[Evaluation, ...]:
    """Measure sets of pictures: one result for each of ``features`` and each of ``sets``.

    A set is a model, a folder of pictures or a packed data set (:func:`zoo.evaluation.sets.
    open_set`), of which ``n`` pictures are made or drawn by ``seed``. ``against`` is what it is
    compared with; without it a bundled model has the test pictures of its data. ``train`` are
    pictures that copies are looked for among, ``held_out`` such of the same data that were not
    trained on: they say how near new pictures come. By default, all ``measures`` are taken in the
    features of a classifier that knows the set's labels. ``options`` are the models'. ``cache``
    keeps features (None: in the user's cache folder; False: nowhere). With ``force`` a measure is
    taken also where there are too few pictures for it.

    Raises UsageError, UnknownNameError, DataError, WeightsError, PluginError, MissingExtraError.
    """
    from .evaluation.running import Plan, run

    if not sets:
        raise UsageError("no set to evaluate: name a model, a folder or a packed data set")
    plan = Plan(
        find_measures(measures), against, train, held_out, tuple(features), n, seed,
        dict(options or {}), force, cache, device,
    )  # fmt: skip
    return tuple(run(plan, sets, watch))


def find_measures(names: Sequence[str] = ()) -> tuple[Measure, ...]:
    """The registered measures of these names, or all. Raises UnknownNameError."""
    manager = plugin_manager()
    known = manager.measures()
    for name in names:
        if name not in known:
            hint = f"(zoo evaluate --list lists them{manager.failed()})"
            raise UnknownNameError("measure", name, known, hint)
    return tuple(known[name] for name in dict.fromkeys(names or known))
