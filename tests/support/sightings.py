"""Sets of features for tests of what measures them: drawn from a seed, without any network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from zoo.evaluation.result import Conditions, Evaluation, Material, Score
from zoo.evaluation.seen import Seen
from zoo.evaluation.sets.picture_set import Found, PictureSet, Pixels


class Grey(PictureSet):
    """``n`` pictures without content."""

    def __init__(self, n: int, name: str = "grey") -> None:
        super().__init__(name, f"{name} {n}", [f"picture {i}" for i in range(n)], None)

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        for place in places:
            yield place, do(np.zeros((8, 8, 3), np.uint8))


def sighting(n: int, *, seed: int = 0, shift: float = 0.0, labels: int = 0, dim: int = 8) -> Seen:
    """Standard normal features about ``shift``; with ``labels``, logits that know the one asked."""
    rng = np.random.default_rng(seed)
    features = (rng.standard_normal((n, dim)) + shift).astype(np.float32)
    if not labels:
        return Seen(features)
    asked = np.arange(n) % labels
    logits = 9 * np.eye(labels, dtype=np.float32)[asked]
    return Seen(features, logits, asked)


def material(seen: Seen, reference: Seen | None = None, train: Seen | None = None) -> Material:
    return Material(
        seen, Grey(len(seen)), tuple("abcdef"), reference=reference, train=train
    )  # fmt: skip


def evaluation(name: str, scores: Sequence[Score], n: int = 100, **changes: str) -> Evaluation:
    given = {"features": "f", "revision": "0" * 12, "resize": "none", "reference": "r", **changes}
    return Evaluation(name, Conditions(**given, n=n), tuple(scores))


def halves_of(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
