"""How far apart the radial power spectra of two sets lie.

R. Durall et al., "Watch your Up-Convolution" (2020, arXiv:2003.01826), and T. Dzanic et al.,
"Fourier Spectrum Discrepancies in Deep Network Generated Images" (2020, arXiv:1911.06465), tell
generated pictures by the mean spectrum of a set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .arrays import as_pair


def spectrum_distance(samples: ArrayLike, reference: ArrayLike) -> float:
    """Of spectra (N, R), log10 of power (:func:`zoo.evaluation.spectrum.radial_spectrum`): root
    mean square difference of the two mean spectra over all rings, in decibels.

    Every ring counts alike, though the outer ones hold little power: it is there that generators
    show. Raises UsageError.
    """
    x, y = as_pair(samples, reference)
    apart = 10 * (x.mean(axis=0) - y.mean(axis=0))
    return float(np.sqrt((apart**2).mean()))
