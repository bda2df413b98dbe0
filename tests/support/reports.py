"""Evaluations of pictures that a test renders, for reports about them: without any network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rendered import KINDS, rendered

from zoo.evaluating import find_measures
from zoo.evaluation.engine import measure_set
from zoo.evaluation.half_samples import SUBSAMPLES
from zoo.evaluation.result import Conditions, Evaluation, Material
from zoo.evaluation.seen import Seen
from zoo.evaluation.sets.picture_set import Found, PictureSet, Pixels
from zoo.evaluation.spectrum import radial_spectrum

LABELS = tuple(f"Kind {letter}" for letter in "ABCDEFGH")
FILES = "folder of files"


class Rendered(PictureSet):
    """Pictures (N, H, W, 3) of known kinds; ``files`` are where they are, if anywhere."""

    def __init__(
        self,
        name: str,
        pixels: NDArray[np.uint8],
        kinds: NDArray[np.int64],
        labels: Sequence[str] = LABELS,
        files: Sequence[Path] = (),
    ) -> None:
        names = [f"{name} {i}" for i in range(len(pixels))]
        super().__init__(name, name, names, [labels[k] for k in kinds], [("bad.png", "no picture")])
        self._pixels, self._files, self.kinds = pixels, files, kinds

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        for place in places:
            yield place, do(self._pixels[place])

    def file(self, row: int) -> Path | None:
        return self._files[row] if self._files else None

    def seen(self) -> Seen:
        """Mean colours of a grid of 4 x 4 as features; logits that know the kinds' own."""
        features = _grid(self._pixels)
        known, kinds = rendered(80, 99)
        centres = np.stack([_grid(known[kinds == k]).mean(axis=0) for k in range(KINDS)])
        apart = np.linalg.norm(features[:, None] - centres, axis=2)
        spectra = np.stack([radial_spectrum(p) for p in self._pixels])
        return Seen(features, (-20 * apart).astype(np.float32), self.kinds, spectra)


def _grid(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    side = pixels.shape[1] // 4
    cells = pixels.reshape(len(pixels), 4, side, 4, side, 3).mean(axis=(2, 4)) / 255
    return cells.reshape(len(pixels), -1).astype(np.float32)


def a_set(name: str, n: int, seed: int, **given: Sequence[str] | Sequence[Path]) -> Rendered:
    return Rendered(name, *rendered(n, seed), **given)  # type: ignore[arg-type]


def noisy(name: str, n: int, seed: int) -> Rendered:
    """Pictures with grain, some of which have the wrong kind."""
    pixels, kinds = rendered(n, seed)
    grain = np.random.default_rng(seed).normal(0, 25, pixels.shape)
    wrong = np.where(np.arange(n) % 10 == 0, (kinds + 1) % 2, kinds)
    return Rendered(name, (pixels + grain).clip(0, 255).astype(np.uint8), wrong)


def evaluated(
    pictures: Rendered,
    reference: Rendered | None = None,
    train: Rendered | None = None,
    *,
    features: str = "colours",
    labels: Sequence[str] = LABELS,
    measures: Sequence[str] = (),
) -> Evaluation:
    """What ``zoo.evaluate`` would find."""
    there = [None if s is None else s.seen() for s in (reference, train)]
    material = Material(
        pictures.seen(),
        pictures,
        tuple(labels),
        there[0],
        reference,
        there[1],
        train,
        there[0] if train else None,
    )
    found = measure_set(material, find_measures(measures), extractor=features, seed=0)
    n = len(material.seen)
    conditions = Conditions(
        features, "0123456789ab", "antialiased bilinear to 64 x 64", n,
        reference and reference.name, reference and reference.count,
        train and train.name, train and train.count, 0, "", SUBSAMPLES, n // 2,
        ("trained with the features of colours: not independent",),
    )  # fmt: skip
    return Evaluation(
        pictures.name, conditions, found.scores, found.refused, tuple(pictures.excluded), material
    )
