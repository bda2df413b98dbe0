"""Measures that are one function of a set, or of a set and its reference."""

from __future__ import annotations

from collections.abc import Callable

from zoo.evaluation.inception_score import inception_score
from zoo.evaluation.label_accuracy import label_accuracy
from zoo.evaluation.seen import Seen
from zoo.evaluation.spectrum_distance import spectrum_distance
from zoo.evaluation.vendi import vendi_score

Function = Callable[[Seen, Seen | None], float]


def labels_seen() -> Function:
    """The factory of ``inception_score``."""

    def measured(seen: Seen, reference: Seen | None) -> float:
        del reference
        assert seen.logits is not None  # asked for by the measure's needs
        return inception_score(seen.logits).mean

    return measured


def labels_right() -> Function:
    """The factory of ``label_accuracy``."""

    def measured(seen: Seen, reference: Seen | None) -> float:
        del reference
        assert seen.logits is not None
        assert seen.asked is not None
        return label_accuracy(seen.logits, seen.asked)

    return measured


def vendi() -> Function:
    """The factory of ``vendi_score``."""

    def measured(seen: Seen, reference: Seen | None) -> float:
        del reference
        return vendi_score(seen.features)

    return measured


def spectra() -> Function:
    """The factory of ``spectrum_distance``."""

    def measured(seen: Seen, reference: Seen | None) -> float:
        assert seen.spectrum is not None
        assert reference is not None
        assert reference.spectrum is not None
        return spectrum_distance(seen.spectrum, reference.spectrum)

    return measured
