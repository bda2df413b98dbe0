"""How near the sets come to the training pictures, beside how near new real pictures come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoo.evaluation.copying import near_limit
from zoo.evaluation.nearest import nearest
from zoo.evaluation.report.groups import Group
from zoo.evaluation.result import Material

from .canvas import FAINT, INK, Plot, colour, draw, legend, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 48
Distances = NDArray[np.float64]


def nearest_distances(group: Group) -> Iterator[Plot]:
    """One histogram of all sets that have training pictures; none without."""
    found = [
        (e.set, nearest(e.material.seen.features, e.material.train.features).distances)
        for e in group.evaluations
        if e.material is not None and e.material.train is not None
    ]
    if not found:
        return
    first = next(e.material for e in group.evaluations if e.material and e.material.train)
    held_out = _held_out(first)

    def paint(axis: Axes) -> None:
        every = [distances for _, distances in found]
        every += [] if held_out is None else [held_out]
        edges = np.linspace(0, max(np.quantile(d, 0.995) for d in every), BINS + 1)
        if held_out is not None:
            share = _shares(held_out, edges)
            axis.stairs(share, edges, fill=True, color=FAINT, alpha=0.35, label="new real pictures")
            axis.axvline(near_limit(held_out), color=INK, linestyle=":", linewidth=1.4,
                         label="nearest 1 % of them")  # fmt: skip
        for place, (name, distances) in enumerate(found):
            axis.stairs(_shares(distances, edges), edges, linewidth=1.6, label=name_of(name),
                        **colour(place))  # fmt: skip
        axis.set_xlim(0, edges[-1])
        axis.set_xlabel("distance to the nearest training picture")
        axis.set_ylabel("share of the pictures, %")
        legend(axis, loc="best")

    yield draw(
        f"plots/{group.number}-nearest-train.svg",
        paint,
        alt=_alt(found, held_out),
        caption=(
            "Distances in the features to the nearest training picture. A set that copies has "
            "pictures left of the dotted line; one that is blurred or odd lies to the right."
            if held_out is not None
            else "Distances in the features to the nearest training picture. No pictures are known "
            "that were held out of training (--held-out), so nothing says which are near."
        ),
    )


def _held_out(material: Material) -> Distances | None:
    """Of pictures of the same data that were not trained on, where such are known."""
    held_out, train = material.held_out, material.train
    if held_out is None or train is None:
        return None
    return nearest(held_out.features, train.features).distances


def _shares(distances: Distances, edges: Distances) -> Distances:
    counts, _ = np.histogram(distances, edges)
    shares: Distances = 100 * counts / len(distances)
    return shares


def _alt(found: list[tuple[str, Distances]], held_out: Distances | None) -> str:
    said = [f"{name} {np.median(distances):.3g}" for name, distances in found]
    if held_out is not None:
        said.append(f"new real pictures {np.median(held_out):.3g}")
    return f"Histogram of distances to the nearest training picture. Medians: {', '.join(said)}."
