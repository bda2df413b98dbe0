"""Loading measures, and checking what they answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zoo.boundary import held
from zoo.errors import PluginError
from zoo.factories import import_factory
from zoo.measure import Measure, MeasureFunction, Need, Prepared
from zoo.origin import with_origin

from .seen import Seen


@dataclass(frozen=True)
class LoadedMeasure:
    """A measure at work, held to the contract of :class:`zoo.measure.MeasureFunction`."""

    measure: Measure
    function: MeasureFunction

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        """Raises UsageError for sets that do not fit, PluginError where the measure fails."""
        needs = self.measure.needs
        prepared = self._hold(
            self.function.prepare,
            reference if Need.REFERENCE in needs else None,
            train if Need.TRAIN in needs else None,
        )

        def measured(seen: Seen) -> float:
            value = self._hold(prepared, seen)
            try:
                number = float(value)
            except (TypeError, ValueError):
                number = math.nan
            if not math.isfinite(number):
                raise PluginError(
                    f"{_who(self.measure)} answered {str(value)[:80]!r}; expected a finite number"
                )
            return number

        return measured

    def _hold(self, function: Callable[..., Any], *args: Any) -> Any:
        with held(_who(self.measure)):
            return function(*args)


def _who(measure: Measure) -> str:
    return with_origin(f"the measure {measure.name}", "zoo_measures", measure.name)


def load_measure(measure: Measure) -> LoadedMeasure:
    """The function of a measure. Raises PluginError where its factory fails."""
    build = import_factory(measure.factory, _who(measure))
    with held(f"{_who(measure)}: {measure.factory}", builds=True):
        function = build()
    if hasattr(function, "prepare"):
        return LoadedMeasure(measure, function)
    if not callable(function) or Need.TRAIN in measure.needs:
        raise PluginError(
            f"{_who(measure)}: {measure.factory} returned {str(function)[:80]!r}; expected "
            "an object with prepare(reference, train), or a function of (seen, reference)"
        )
    return LoadedMeasure(measure, _Plain(function))


def unmet(
    measure: Measure, seen: Seen, reference: Seen | None = None, train: Seen | None = None
) -> str | None:
    """Why a measure cannot be taken of these sets, in words; None where it can."""
    present = {
        Need.REFERENCE: reference is not None,
        Need.TRAIN: train is not None,
        Need.LOGITS: seen.logits is not None,
        Need.LABELS: seen.asked is not None,
        Need.SPECTRUM: seen.spectrum is not None
        and (reference is None or reference.spectrum is not None),
    }
    lacking = [_LACKS[need] for need in Need if need in measure.needs and not present[need]]
    return f"needs {' and '.join(lacking)}" if lacking else None


_LACKS = {
    Need.REFERENCE: "pictures to compare with",
    Need.TRAIN: "the pictures that the model was trained on",
    Need.LOGITS: "features of a network that tells labels apart",
    Need.LABELS: "the label of each picture, one that the network knows",
    Need.SPECTRUM: "the power spectrum of each picture",
}


@dataclass(frozen=True)
class _Plain:
    """A function of (seen, reference) as a measure."""

    function: Callable[[Seen, Seen | None], float]

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del train
        return lambda seen: self.function(seen, reference)
