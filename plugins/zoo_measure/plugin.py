"""What ``zoo_measure`` registers. Imports neither numpy nor torch."""

from __future__ import annotations

import math

from zoo.hookspecs import hookimpl
from zoo.measure import Measure, Need


@hookimpl
def zoo_measures() -> list[Measure]:
    return [
        Measure(
            "frechet_distance",
            "how far apart the Gaussians fitted to both sets of features lie; 0 is alike",
            "zoo_measure.frechet:build",
            better="lower",
            needs=frozenset({Need.REFERENCE}),
            least=2048,
            bounds=(0, math.inf),
        ),
    ]
