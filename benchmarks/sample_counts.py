"""How every measure changes with the number of pictures alone: its bias.

    python benchmarks/sample_counts.py [--repeats 8] [--dim 64]

Sets from the reference's own distribution (that of ``intervals.py``), of 250 to 4,000 pictures
beside 1,000, and of 1,000 beside 250 to 4,000. Means over ``--repeats`` of both.
"""

from __future__ import annotations

import argparse

import numpy as np
from intervals import World

from zoo.evaluation.measuring import load_measure
from zoo.plugins import plugin_manager

SHAPES = [(250, 1000), (1000, 1000), (4000, 1000), (1000, 250), (1000, 4000)]
"""Pictures of the set and of the reference; there are 1,000 train pictures."""


def means(world: World, n: int, reference: int, repeats: int) -> dict[str, float]:
    """By measure."""
    values: dict[str, list[float]] = {}
    for repeat in range(repeats):
        rng = np.random.default_rng([repeat, n, reference])
        known, train, seen = (world.draw(count, rng) for count in (reference, 1000, n))
        for name, measure in plugin_manager().measures().items():
            value = load_measure(measure).prepare(known, train)(seen)
            values.setdefault(name, []).append(value)
    return {name: float(np.mean(found)) for name, found in values.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--dim", type=int, default=64, help="features of a picture")
    given = parser.parse_args()
    world = World(given.dim, 0)
    columns = [means(world, n, reference, given.repeats) for n, reference in SHAPES]
    print("| | " + " | ".join(f"{n:,} beside {reference:,}" for n, reference in SHAPES) + " |")
    print("|---|" + "---:|" * len(SHAPES))
    for name in columns[0]:
        print(f"| `{name}` | " + " | ".join(f"{column[name]:.3g}" for column in columns) + " |")


if __name__ == "__main__":
    main()
