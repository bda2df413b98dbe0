"""Grouping pictures without labels by the features of a trained network.

Features are reduced by PCA, whitened and scaled to unit length before k-means, as in DeepCluster
(Caron et al. 2018, section 4.1). The groups of the training split are found first; each test
picture joins the group whose centre is nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zoo.errors import UsageError

from .pack import Pictures, Split

if TYPE_CHECKING:
    from zoo.judging import LoadedJudge

BATCH = 64
MOST_COMPONENTS = 32
_PER_COMPONENT = 10
"""Whitening makes noise of components that too few pictures tell apart, so that there is one for
ten pictures at most. Of 8, 16, 32 and 64 components, 16 and 32 agreed best with the labels of
Fruits-360 and EuroSAT, and whitening with scaling better than either alone, for 100 pictures (up
to 16) and for 1,600.
"""
AUTO_COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 50, 64, 80, 100)
_AUTO_SAMPLE = 2000
_MANY = 50_000  # pictures, from which k-means sees batches instead of all at once

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Groups:
    """``of``: each picture's group (N,), and ``apart`` its squared distance (N,) from the group's
    centre, by split. ``silhouette`` (-1 to 1, Rousseeuw 1987) is of a sample of the training split.
    """

    count: int
    of: Mapping[Split, NDArray[np.int64]]
    apart: Mapping[Split, Floats]
    silhouette: float


def embed(
    judge: LoadedJudge, pictures: Pictures, advance: Callable[[int], object] | None = None
) -> Floats:
    """Features (N, dim) of all pictures of a split; ``advance`` hears of each batch."""
    import torch

    found = np.empty((len(pictures), judge.dim), np.float32)
    with torch.inference_mode():
        for start in range(0, len(pictures), BATCH):
            batch = pictures.pixels[start : start + BATCH].float().div(127.5).sub(1)
            found[start : start + len(batch)] = judge.features(batch).numpy()
            if advance:
                advance(len(batch))
    return found


def check_count(pictures: int, count: int | None) -> None:
    """Raise UsageError where there are not enough training pictures for so many groups."""
    most = pictures // 2
    if most < 2 or (count is not None and not 2 <= count <= most):
        wanted = "groups" if count is None else f"{count:,} groups"
        raise UsageError(
            f"{wanted} of {pictures:,} training pictures: expected from 2 to {max(2, most):,} "
            "groups, of two pictures on average"
        )


def find_groups(features: Mapping[Split, Floats], count: int | None, seed: int) -> Groups:
    """Group pictures into ``count`` groups, or as many as have the best silhouette (None).

    Raises UsageError where there are not enough pictures for so many groups.
    """
    train = features["train"]
    check_count(len(train), count)
    reduce = _reduction(train, seed)
    reduced = {split: reduce(own) for split, own in features.items()}
    sample = _sample(reduced["train"], seed)
    count = _best_count(sample, len(sample) // 2, seed) if count is None else count
    fitted = _fit(reduced["train"], count, seed)
    of, apart = {}, {}
    for split, own in reduced.items():
        distances = fitted.transform(own)
        of[split] = distances.argmin(1).astype(np.int64)
        apart[split] = (distances.min(1) ** 2).astype(np.float32)
    of = _by_size(of, count)
    return Groups(count, of, apart, _silhouette(sample, fitted.predict(sample)))


def purity(groups: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """The share of pictures that have the commonest label of their group (Manning et al. 2008,
    section 16.3)."""
    table = np.zeros((groups.max() + 1, labels.max() + 1), np.int64)
    np.add.at(table, (groups, labels), 1)
    return float(table.max(1).sum() / len(groups))


def mutual_information(groups: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Normalised mutual information of groups and labels, 0 to 1 (arithmetic mean of entropies)."""
    from sklearn.metrics import normalized_mutual_info_score

    return float(normalized_mutual_info_score(labels, groups))


def _reduction(train: Floats, seed: int) -> Callable[[Floats], Floats]:
    from sklearn.decomposition import PCA

    components = min(MOST_COMPONENTS, train.shape[1], max(2, len(train) // _PER_COMPONENT))
    pca = PCA(components, whiten=True, random_state=seed, svd_solver="randomized").fit(train)

    def reduce(features: Floats) -> Floats:
        found = pca.transform(features)
        return np.asarray(
            found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-12), np.float32
        )

    return reduce


def _fit(points: Floats, count: int, seed: int) -> Any:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    if len(points) > _MANY:
        return MiniBatchKMeans(count, n_init=4, batch_size=4096, random_state=seed).fit(points)
    return KMeans(count, n_init=4, random_state=seed).fit(points)


def _best_count(sample: Floats, most: int, seed: int) -> int:
    """The number of groups with the largest silhouette; the smaller one of equals."""
    counts = [count for count in AUTO_COUNTS if count <= most]
    scores = [_silhouette(sample, _fit(sample, count, seed).labels_) for count in counts]
    return counts[int(np.argmax(scores))]


def _silhouette(sample: Floats, groups: NDArray[np.int64]) -> float:
    from sklearn.metrics import silhouette_score

    if not 2 <= len(np.unique(groups)) < len(sample):
        return 0.0
    return float(silhouette_score(sample, groups))


def _sample(points: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(points), min(_AUTO_SAMPLE, len(points)), replace=False)
    return points[np.sort(chosen)]


def _by_size(of: Mapping[Split, NDArray[np.int64]], count: int) -> dict[Split, NDArray[np.int64]]:
    """The same groups, numbered from the largest down."""
    order = np.argsort(-np.bincount(of["train"], minlength=count), kind="stable")
    number = np.empty(count, np.int64)
    number[order] = np.arange(count)
    return {split: number[own] for split, own in of.items()}
