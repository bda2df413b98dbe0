"""How every measure reacts when a good set of pictures is spoiled in a known way, more and more.

    python benchmarks/reactions.py --data PACK [--judge fruits360] [--n 600] [--reference 2000]
        [--figure docs/images/score-reactions.png] [--json OUT]

PACK is what ``zoo data prepare`` made. The good set is ``--n`` test pictures, the reference other
``--reference`` of them; ``--reference`` train pictures stand for what a model was trained on. The
sets are spoiled by noise, blur and JPEG; by leaving out labels; by repeating fewer pictures; and by
putting copies of train pictures in. ``tests/plugins/test_score_reactions.py`` asserts the order on
pictures that it renders.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from attacks import blurred, saved
from numpy.typing import NDArray

from zoo.errors import ZooError
from zoo.evaluation.features import features_of, logits_of
from zoo.evaluation.measuring import load_measure, unmet
from zoo.evaluation.seen import Seen
from zoo.evaluation.spectrum import radial_spectrum
from zoo.judging import LoadedJudge, load_judge
from zoo.plugins import plugin_manager

Pixels = NDArray[np.uint8]
Values = dict[str, list[float]]
"""By measure: one value a level."""


@dataclass(frozen=True)
class Stock:
    """Pictures uint8 (N, S, S, 3), labels int64 (N,), and what a judge sees in them."""

    pixels: Pixels
    labels: NDArray[np.int64]
    seen: Seen

    def take(self, rows: NDArray[np.int64]) -> Stock:
        part = self.seen.take(rows)
        alone = Seen(part.features, part.logits, part.asked, part.spectrum)
        return Stock(self.pixels[rows], self.labels[rows], alone)


def look(judge: LoadedJudge, pixels: Pixels, asked: NDArray[np.int64] | None) -> Seen:
    """``asked`` are indices into the judge's labels."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    spectra = np.array([radial_spectrum(picture) for picture in pixels])
    return Seen(features_of(judge, x), logits_of(judge, x), asked, spectra)


def noise(picture: Pixels, level: float) -> Pixels:
    """Another noise on every picture."""
    seed = int(picture.astype(np.int64).sum())
    grain = np.random.default_rng(seed).normal(size=picture.shape) * level
    return np.clip(picture + grain + 0.5, 0, 255).astype(np.uint8)


DAMAGE: dict[str, dict[str, Callable[[Pixels], Pixels]]] = {
    "noise": {
        f"{level}": lambda p, level=level: noise(p, level)  # type: ignore[misc]
        for level in (8, 16, 32, 64)
    },
    "blur": {f"{sigma}": blurred(sigma) for sigma in (0.5, 1, 2, 4)},
    "JPEG": {f"{quality}": saved("JPEG", quality) for quality in (80, 60, 40, 20, 10)},
}
"""Standard deviation of noise in grey levels, of blur in pixels, and JPEG's quality."""


def damaged(judge: LoadedJudge, good: Stock, kind: str) -> Iterator[tuple[str, Seen]]:
    """The good set, and worse and worse ones."""
    yield "none", good.seen
    for level, harm in DAMAGE[kind].items():
        yield level, look(judge, np.stack([harm(p) for p in good.pixels]), good.seen.asked)


def fewer_labels(stock: Stock, n: int, rng: np.random.Generator) -> Iterator[tuple[str, Seen]]:
    """``n`` pictures of all labels, of half of them, of a quarter."""
    known = rng.permutation(np.unique(stock.labels))
    for share in (1, 2, 4):
        rows = np.flatnonzero(np.isin(stock.labels, known[: len(known) // share]))
        yield f"1/{share}", stock.take(rng.choice(rows, n, replace=False)).seen


def repeated(good: Stock, rng: np.random.Generator) -> Iterator[tuple[str, Seen]]:
    """As many pictures, each there once, 4 times, 16 and 64 times."""
    n = len(good.labels)
    for times in (1, 4, 16, 64):
        rows = np.resize(rng.permutation(n)[: max(1, n // times)], n)
        yield f"{times}x", good.take(rows).seen


def memorised(good: Stock, train: Stock, rng: np.random.Generator) -> Iterator[tuple[str, Seen]]:
    """A share of the set is train pictures."""
    n = len(good.labels)
    for share in (0.0, 0.1, 0.3, 1.0):
        count = round(share * n)
        copies = train.take(rng.permutation(len(train.labels))[:count]).seen
        rest = good.take(rng.permutation(n)[count:]).seen
        yield f"{share:.0%}", _joined(copies, rest)


def _joined(one: Seen, other: Seen) -> Seen:
    def both(name: str) -> Any:
        first, second = getattr(one, name), getattr(other, name)
        return None if first is None or second is None else np.concatenate([first, second])

    return Seen(both("features"), both("logits"), both("asked"), both("spectrum"))


def react(
    judge: LoadedJudge, stock: Stock, reference: Seen, train: Stock, n: int, seed: int = 0
) -> dict[str, tuple[list[str], Values]]:
    """By way of spoiling: its levels, and every measure that can be taken at each. ``stock`` are
    pictures of which the good set is ``n``."""
    rng = np.random.default_rng(seed)
    good = stock.take(rng.permutation(len(stock.labels))[:n])
    series = {kind: damaged(judge, good, kind) for kind in DAMAGE} | {
        "labels kept": fewer_labels(stock, n, rng),
        "each repeated": repeated(good, rng),
        "train pictures": memorised(good, train, rng),
    }
    measures = {
        m.name: load_measure(m).prepare(reference, train.seen)
        for m in plugin_manager().measures().values()
        if unmet(m, good.seen, reference, train.seen) is None
    }
    found: dict[str, tuple[list[str], Values]] = {}
    for kind, sets in series.items():
        levels, values = found.setdefault(kind, ([], {name: [] for name in measures}))
        for level, seen in sets:
            levels.append(level)
            for name, measure in measures.items():
                values[name].append(measure(seen))
            print(f"{kind} {level}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    from reactions_figure import save
    from reactions_stock import of_pack

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="what zoo data prepare made")
    parser.add_argument("--judge", default="fruits360")
    parser.add_argument("--n", type=int, default=600, help="pictures of each set")
    parser.add_argument("--reference", type=int, default=2000, help="and of the reference")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--figure", type=Path, help="file for the figure, .png")
    parser.add_argument("--json", type=Path, help="file for all values")
    given = parser.parse_args()
    judge = load_judge(given.judge)
    stock, reference, train = of_pack(judge, given.data, given.reference, given.seed)
    found = react(judge, stock, reference.seen, train, given.n, given.seed)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.figure:
        save(
            found, f"{given.n} pictures beside {given.reference}, judge {judge.name}", given.figure
        )
    for kind, (levels, values) in found.items():
        print(f"\n| {kind} | " + " | ".join(levels) + " |")
        print("|---|" + "---:|" * len(levels))
        for name, row in values.items():
            print(f"| `{name}` | " + " | ".join(f"{value:.3g}" for value in row) + " |")


if __name__ == "__main__":
    try:
        main()
    except ZooError as error:
        sys.exit(f"error: {error}")
