"""The square root in a Fréchet distance: how long it takes, and how far it is from the exact one.

    python benchmarks/square_root.py [--n 5000] [--dim 2048]

Features as an Inception network gives them (non-negative, with a spectrum that falls) of two sets.
Compared are Zoo's distance to a reference that is kept, of a whole set and of each of its twenty
halves; by singular values, the exact way; and the peers': scipy's general matrix square root, as in
the paper's code, and the eigenvalues of the product, as in torch-fidelity 0.4. Relative differences
are to the exact way.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import scipy.linalg

from zoo.evaluation import frechet
from zoo.evaluation.frechet import FrechetReference, Moments, moments
from zoo.evaluation.half_samples import half_samples
from zoo.evaluation.nuclear import nuclear_norm


def features(n: int, dim: int, seed: int, shift: float = 0) -> np.ndarray:
    """float32 (n, dim)."""
    turned, _ = np.linalg.qr(np.random.default_rng(9).normal(size=(dim, dim)))
    mixing = (turned * np.arange(1, dim + 1) ** -0.6) @ turned.T
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(n, dim)) @ mixing * 3 + 0.3 + shift
    return np.maximum(mixed, 0).astype(np.float32)


def exactly(one: Moments, other: Moments) -> float:
    return _total(one, other) - 2 * nuclear_norm(
        frechet._factor(one.covariance).T @ frechet._factor(other.covariance)
    )


def by_matrix_root(one: Moments, other: Moments) -> float:
    root = scipy.linalg.sqrtm(one.covariance @ other.covariance)
    return _total(one, other) - 2 * float(np.trace(np.real(root)))


def by_product(one: Moments, other: Moments) -> float:
    values = np.linalg.eigvals(one.covariance @ other.covariance).astype(complex)
    return _total(one, other) - 2 * float(np.sqrt(values).real.sum())


def _total(one: Moments, other: Moments) -> float:
    apart = ((one.mean - other.mean) ** 2).sum()
    return float(apart + np.trace(one.covariance) + np.trace(other.covariance))


def timed(work: Callable[[], float]) -> tuple[float, float, float]:
    """What it says, and how many seconds it takes, on the clock and on the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    said = work()
    return said, time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=5000)
    parser.add_argument("--dim", type=int, default=2048)
    given = parser.parse_args()
    x, y = features(given.n, given.dim, 0, 0.01), features(given.n, given.dim, 1)
    one, other = moments(x), moments(y)
    exact, *times = timed(lambda: exactly(one, other))
    rows = [("exact: singular values", exact, exact, *times)]
    for name, peer in (("scipy.linalg.sqrtm", by_matrix_root), ("eigenvalues", by_product)):
        said, *times = timed(lambda peer=peer: peer(one, other))  # type: ignore[misc]
        rows.append((name, said, exact, *times))
    known: list[FrechetReference] = []
    _, *times = timed(lambda: known.append(FrechetReference(y)) or 0.0)  # type: ignore[func-returns-value]
    rows.append(("Zoo: a reference, once", exact, exact, *times))
    projected: list[np.ndarray] = []
    _, *times = timed(lambda: projected.append(known[0].project(x)) or 0.0)  # type: ignore[func-returns-value]
    rows.append(("Zoo: a set's projection, once", exact, exact, *times))
    said, *times = timed(lambda: known[0].distance(x, projected[0]))
    rows.append(("Zoo: the set", said, exact, *times))
    half = half_samples(given.n, seed=0)[0]
    said, *times = timed(lambda: known[0].distance(x[half], projected[0][half]))
    rows.append(("Zoo: a half of it", said, exactly(moments(x[half]), other), *times))
    print("| | distance | relative difference | seconds | processor |\n|---|" + "---:|" * 4)
    for name, said, right, clock, processor in rows:
        print(f"| {name} | {said:.6f} | {abs(said - right) / right:.1e} | {clock:.2f} | "
              f"{processor:.2f} |")  # fmt: skip


if __name__ == "__main__":
    main()
