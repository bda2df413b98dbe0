"""Plots of a report, each an SVG file that follows the reader's light or dark scheme.

- ``canvas``: drawing one; ``fidelity``, ``spectra``, ``distances``, ``counts``, ``by_label``: which
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zoo.evaluation.details import DRAWS
from zoo.evaluation.report.groups import Group
from zoo.measure import Measure

from .by_label import by_label
from .canvas import Plot
from .counts import against_counts
from .distances import nearest_distances
from .fidelity import fidelity_and_variety
from .spectra import mean_spectra

__all__ = ["Chapter", "Plot", "plots_of"]


@dataclass(frozen=True)
class Chapter:
    """Plots under one heading; ``intro`` says what they have in common."""

    title: str
    plots: tuple[Plot, ...]
    intro: str = ""


def plots_of(group: Group, measures: Mapping[str, Measure]) -> Iterator[Chapter]:
    """Whatever there is something to draw of."""
    known = [measures[name] for name in group.measures if name in measures]
    yield Chapter("Fidelity and variety", tuple(fidelity_and_variety(group)))
    yield Chapter(
        "Detail, and nearness to the training pictures",
        (*mean_spectra(group), *nearest_distances(group)),
    )
    yield Chapter("Label by label", tuple(by_label(group, known)))
    yield Chapter(
        "How the scores depend on the number of pictures",
        tuple(against_counts(group, known)),
        f"Points are means of {DRAWS} draws without replacement, with their standard deviation; "
        "the last is the score itself. The star is what real pictures score. A score that still "
        "climbs or falls at the right is one of this number of pictures, more than of the model.",
    )
