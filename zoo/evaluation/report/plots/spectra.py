"""Mean radial power spectra of the sets and of the reference, each with a band of its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zoo.evaluation.report.groups import Group

from .canvas import FAINT, Plot, colour, draw, legend, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND = (10, 90)
"""Percentiles: so many of the pictures lie below its edges."""
MOST_BANDS = 1
"""Of more sets only the lines are drawn."""
Spectra = NDArray[np.float32]


def mean_spectra(group: Group) -> Iterator[Plot]:
    """One plot; none where no set's spectra are known."""
    found = [
        (e.set, e.material.seen.spectrum)
        for e in group.evaluations
        if e.material is not None and e.material.seen.spectrum is not None
    ]
    first = group.evaluations[0].material
    reference = None if first is None or first.reference is None else first.reference.spectrum
    if not found:
        return

    def paint(axis: Axes) -> None:
        if reference is not None:
            _curve(axis, reference, "reference", banded=True, color=FAINT, linestyle="--")
        for place, (name, spectra) in enumerate(found):
            banded = len(found) <= MOST_BANDS
            _curve(axis, spectra, name_of(name), banded=banded, **colour(place))
        axis.set_xlim(0, 0.5)
        axis.set_xlabel("frequency, cycles a pixel (0.5: every other pixel)")
        axis.set_ylabel("power, decibels")
        legend(axis, loc="upper right")

    yield draw(
        f"plots/{group.number}-spectrum.svg",
        paint,
        alt=_alt(found, reference),
        caption=(
            f"How much coarse (left) and fine (right) detail there is: lines are means, the bands "
            f"hold the middle {BAND[1] - BAND[0]} % of the pictures. Too little at the right is "
            "blur, too much is grain or a grid."
        ),
    )


def _curve(axis: Axes, spectra: Spectra, name: str, *, banded: bool, **how: Any) -> None:
    decibels = 10 * spectra
    frequency = (np.arange(decibels.shape[1]) + 0.5) / decibels.shape[1] / 2
    axis.plot(frequency, decibels.mean(axis=0), label=name, linewidth=1.6, **how)
    if banded:
        low, high = np.percentile(decibels, BAND, axis=0)
        axis.fill_between(frequency, low, high, color=how["color"], alpha=0.18, linewidth=0)


def _alt(found: list[tuple[str, Spectra]], reference: Spectra | None) -> str:
    names = ", ".join(name for name, _ in found)
    if reference is None:
        return f"Mean power spectrum of {names}, which falls from coarse to fine detail."
    said = []
    for name, spectra in found:
        apart = 10 * (spectra.mean(axis=0) - reference.mean(axis=0))
        worst = int(np.abs(apart).argmax())
        where = (worst + 0.5) / len(apart) / 2
        said.append(
            f"{name} is farthest from the reference at {where:.2f} cycles a pixel, by "
            f"{apart[worst]:+.1f} decibels"
        )
    return f"Mean power spectra: {'; '.join(said)}."
