"""How often the interval of a score holds what it should: the delete-half jackknife, simulated.

    python benchmarks/intervals.py [--sets 200] [--n 1000] [--reference 1000] [--dim 64]
        [--json OUT]

Sets of ``--n`` pictures are drawn again and again from a known distribution of features, logits and
spectra, beside one reference and one train set. What a score is on average over these sets is what
the interval of each should hold, 95 times of 100. ``like`` draws from the reference's own
distribution, ``unlike`` from one that is moved, misses a kind, and copies a train picture now and
then. ``width`` is the mean length of the intervals over that of the true one (1.96 standard
deviations of the sets' values, both ways): above 1 the interval is too long.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from zoo.evaluation.half_samples import deviation, half_samples, interval
from zoo.evaluation.measuring import load_measure
from zoo.evaluation.seen import Seen
from zoo.plugins import plugin_manager

KINDS, RINGS = 20, 32
COPIED = 0.05


class World:
    """A mixture of ``KINDS`` Gaussians of ``dim`` features whose variances fall like 1 / i, as
    those of networks do; the classifier's logits and the spectrum go with the kind."""

    def __init__(self, dim: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.scale = np.arange(1, dim + 1) ** -0.5
        self.centres = rng.normal(size=(KINDS, dim)) * 2 * self.scale
        self.spectra = rng.normal(size=(KINDS, RINGS)) * 0.2

    def draw(
        self, n: int, rng: np.random.Generator, *, move: float = 0, kinds: int = KINDS
    ) -> Seen:
        kind = rng.integers(0, kinds, n)
        features = self.centres[kind] + (rng.normal(size=(n, len(self.scale))) + move) * self.scale
        logits = 4 * np.eye(KINDS)[kind] + rng.normal(size=(n, KINDS)) * (1 + move)
        spectra = self.spectra[kind] + rng.normal(size=(n, RINGS)) * 0.3 - move / 10
        return Seen(*(a.astype(np.float32) for a in (features + 1, logits)), kind,
                    spectra.astype(np.float32))  # fmt: skip


def copying(seen: Seen, train: Seen, rng: np.random.Generator) -> Seen:
    """Train pictures in the place of some."""
    rows = np.flatnonzero(rng.random(len(seen)) < COPIED)
    features = seen.features.copy()
    features[rows] = train.features[rng.integers(0, len(train), len(rows))]
    return Seen(features, seen.logits, seen.asked, seen.spectrum)


def coverage(
    draw: Callable[[np.random.Generator], Seen], reference: Seen, train: Seen, sets: int, seed: int
) -> dict[str, dict[str, float]]:
    """By measure: its mean over all sets, the share of intervals that hold it, and their width."""
    measures = plugin_manager().measures()
    prepared = {
        name: load_measure(measure).prepare(reference, train) for name, measure in measures.items()
    }
    values: dict[str, list[float]] = {name: [] for name in measures}
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in measures}
    for index in range(sets):
        seen = draw(np.random.default_rng([seed, 1, index]))
        halves = [seen.take(rows) for rows in half_samples(len(seen), seed=index)]
        for name, measure in prepared.items():
            values[name].append(measure(seen))
            of_halves = [measure(half) for half in halves]
            bounds = measures[name].bounds
            error = deviation(of_halves, len(seen), share=bounds == (0, 1))
            ends[name].append(interval(values[name][-1], error, len(halves), bounds))
        if not index % 20:
            print(f"{index} of {sets} sets", file=sys.stderr, flush=True)
    return {name: _summary(np.array(values[name]), np.array(ends[name])) for name in measures}


def _summary(values: np.ndarray, ends: np.ndarray) -> dict[str, float]:
    mean, spread = values.mean(), values.std(ddof=1)
    held = (ends[:, 0] <= mean) & (mean <= ends[:, 1])
    width = (ends[:, 1] - ends[:, 0]).mean() / (2 * 1.96 * spread) if spread else 1.0
    return {"mean": float(mean), "deviation": float(spread), "held": float(held.mean()),
            "width": float(width)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--n", type=int, default=1000, help="pictures of each set")
    parser.add_argument("--reference", type=int, default=1000, help="and of the other two")
    parser.add_argument("--dim", type=int, default=64, help="features of a picture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for all figures")
    given = parser.parse_args()
    world = World(given.dim, given.seed)
    rng = np.random.default_rng([given.seed, 0])
    reference, train = (world.draw(given.reference, rng) for _ in range(2))

    def unlike(rng: np.random.Generator) -> Seen:
        moved = world.draw(given.n, rng, move=0.2, kinds=KINDS - 4)
        return copying(moved, train, rng)

    cases = {"like": lambda rng: world.draw(given.n, rng), "unlike": unlike}
    found = {
        case: coverage(draw, reference, train, given.sets, given.seed)
        for case, draw in cases.items()
    }
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("| measure | like: mean | held | width | unlike: mean | held | width |")
    print("|---|" + "---:|" * 6)
    for name in found["like"]:
        cells = [f"{found[c][name][k]:{f}}" for c in cases
                 for k, f in (("mean", ".3g"), ("held", ".1%"), ("width", ".2f"))]  # fmt: skip
        print(f"| `{name}` | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
