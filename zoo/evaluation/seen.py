"""A set of pictures as an extractor sees it: what every measure is given. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zoo.errors import UsageError


@dataclass(frozen=True, eq=False)
class Seen:
    """Arrays whose rows belong together, one row a picture. Raises UsageError where they do not.

    ``features`` (N, D) float32; ``logits`` (N, K) float32 over the extractor's labels, None where
    it has none; ``asked`` (N,) int64, the index among those labels of the one that each picture was
    asked for, None where unknown; ``spectrum`` (N, R) float32, each picture's
    :func:`zoo.evaluation.spectrum.radial_spectrum`.

    ``whole`` and ``rows`` are set by :meth:`take`: the set that this is a part of, and which rows.
    """

    features: NDArray[np.float32]
    logits: NDArray[np.float32] | None = None
    asked: NDArray[np.int64] | None = None
    spectrum: NDArray[np.float32] | None = None
    whole: Seen | None = None
    rows: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        for name, dimensions in {"features": 2, "logits": 2, "asked": 1, "spectrum": 2}.items():
            array = getattr(self, name)
            if array is None and name != "features":
                continue
            if array.ndim != dimensions or len(array) != len(self.features):
                raise UsageError(
                    f"{name} of {len(self.features)} pictures: expected a row each, in "
                    f"{dimensions} dimensions; got {array.shape}"
                )

    def __len__(self) -> int:
        return len(self.features)

    def take(self, rows: ArrayLike) -> Seen:
        """The part with these rows: indices, or a mask."""
        chosen = np.arange(len(self))[np.asarray(rows)]

        return Seen(
            self.features[chosen],
            None if self.logits is None else self.logits[chosen],
            None if self.asked is None else self.asked[chosen],
            None if self.spectrum is None else self.spectrum[chosen],
            whole=self if self.whole is None else self.whole,
            rows=chosen if self.rows is None else self.rows[chosen],
        )
