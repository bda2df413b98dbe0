"""How often the intervals of ``zoo rate report`` hold the truth, in made-up studies.

    python benchmarks/rating_intervals.py [--studies 400]

Raters differ: each rater's own log-odds of erring, or of preferring the first model, are normal
with a deviation of 0.8; on a scale, each rater's own leaning has one of 0.5 steps. What is counted
is how often each 95 % interval holds the mean of that population.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from scipy.special import expit

from zoo.rating.error_rate import error_rate
from zoo.rating.estimate import Estimate
from zoo.rating.preference import Comparisons, preference
from zoo.rating.scales import ratings

SPREAD = 0.8
EACH = 40
POPULATION = np.random.default_rng(99).normal(size=1_000_000)


def errors(chance: np.random.Generator, raters: int) -> tuple[Estimate, float]:
    odds = chance.normal(-0.6, SPREAD, raters)
    who = np.repeat(np.arange(raters), EACH)
    generated = np.tile(np.arange(EACH) % 2 == 0, raters)
    wrong = chance.random(len(who)) < expit(odds[who])
    found = error_rate(generated, generated != wrong, who, seed=0).errors
    assert found is not None
    return found, float(expit(-0.6 + SPREAD * POPULATION).mean())


def better(chance: np.random.Generator, raters: int) -> tuple[Estimate, float]:
    odds = chance.normal(0.6, SPREAD, raters)
    who = np.repeat(np.arange(raters), EACH)
    first = chance.random(len(who)) < expit(odds[who])
    answers = Comparisons(np.where(first, 0, 1), np.where(first, 1, 0), who)
    found = preference(["A", "B"], answers, seed=0).pairs[0].preferred
    return found, float(expit(0.6 + SPREAD * POPULATION).mean())


def scales(chance: np.random.Generator, raters: int) -> tuple[Estimate, float]:
    who = np.repeat(np.arange(raters), EACH)
    leaning = chance.normal(0, 0.5, raters)[who]

    def rated(noise: np.ndarray) -> np.ndarray:
        return np.clip(np.round(3.3 + noise), 1, 5).astype(np.int64)

    found = ratings(rated(leaning + chance.normal(size=len(who))), who, (1, 5), seed=0)
    assert found is not None
    return found.mean, float(rated(POPULATION * np.hypot(1, 0.5)).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=400)
    studies = parser.parse_args().studies
    print(f"{studies} studies each, {EACH} answers a rater")
    print(f"{'':<12}{'raters':>8}{'independent':>14}{'over raters':>14}{'quoted':>10}")
    kinds: dict[str, Callable[..., tuple[Estimate, float]]] = {
        "error rate": errors, "preferred": better, "mean rating": scales,
    }  # fmt: skip
    for name, make in kinds.items():
        for raters in (5, 10, 20, 40):
            chance = np.random.default_rng(raters)
            held = np.zeros(3)
            for _ in range(studies):
                found, truth = make(chance, raters)
                ends = (found.independent, found.over_raters or (0.0, 0.0), found.interval)
                held += [low <= truth <= high for low, high in ends]
            shares = "".join(
                f"{100 * share:>{width}.1f} %"
                for share, width in zip(held / studies, (12, 12, 8), strict=True)
            )
            print(f"{name:<12}{raters:>8}{shares}")


if __name__ == "__main__":
    main()
