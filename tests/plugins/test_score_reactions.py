"""Scores react as they should where good pictures are spoiled: rendered ones, seen by the bundled
judge. ``benchmarks/reactions.py``, which spoils them here too, draws the same of photographs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from rendered import rendered

from zoo.judging import load_judge

N, REFERENCE, STOCK = 120, 200, 480
RISES = {
    ("noise", "frechet_distance"), ("noise", "kernel_distance"), ("noise", "spectrum_distance"),
    ("blur", "frechet_distance"), ("blur", "kernel_distance"), ("blur", "spectrum_distance"),
    ("JPEG", "frechet_distance"), ("JPEG", "kernel_distance"),
    ("labels kept", "frechet_distance"), ("labels kept", "kernel_distance"),
    ("each repeated", "frechet_distance"), ("train pictures", "near_train_share"),
}  # fmt: skip
"""At every step."""
FALLS = {
    *((kind, name) for kind in ("noise", "blur", "JPEG") for name in ("precision", "density")),
    *((kind, "coverage") for kind in ("noise", "blur", "JPEG", "labels kept", "each repeated")),
    ("labels kept", "recall"), ("labels kept", "vendi_score"),
    ("each repeated", "recall"), ("each repeated", "vendi_score"),
    ("train pictures", "nearest_train_distance"),
}  # fmt: skip
"""Never rises, and is much lower in the end."""
STAYS = {("labels kept", "precision"), ("each repeated", "precision"),
         ("train pictures", "precision"), ("train pictures", "coverage")}  # fmt: skip
"""As it is for good pictures: what the measure does not look at."""


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, Any]]:
    """``found[kind][measure]``: one value a level."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        from reactions import Stock, look, react

        judge = load_judge()

        def stock(n: int, seed: int) -> Stock:
            pixels, kinds = rendered(n, seed)
            return Stock(pixels, kinds, look(judge, pixels, None))

        reference, train = stock(REFERENCE, 1), stock(REFERENCE, 2)
        said = react(judge, stock(STOCK, 3), reference.seen, train, N)
        yield {kind: values for kind, (_, values) in said.items()}
    finally:
        torch.set_num_threads(threads)
        sys.path.pop(0)


def test_good_pictures_score_well(found: Any) -> None:
    good = {name: values[0] for name, values in found["noise"].items()}
    assert min(good["precision"], good["recall"], good["coverage"]) > 0.85
    assert good["density"] == pytest.approx(1, abs=0.15)
    assert good["near_train_share"] < 0.04
    assert good["spectrum_distance"] < 0.5


@pytest.mark.parametrize(("kind", "name"), sorted(RISES))
def test_it_rises_with_every_step(kind: str, name: str, found: Any) -> None:
    values = found[kind][name]
    assert all(one < other for one, other in pairwise(values)), values


@pytest.mark.parametrize(("kind", "name"), sorted(FALLS))
def test_it_falls(kind: str, name: str, found: Any) -> None:
    values = found[kind][name]
    assert all(one >= other for one, other in pairwise(values)), values
    assert values[-1] < 0.75 * values[0], values


@pytest.mark.parametrize(("kind", "name"), sorted(STAYS))
def test_it_stays(kind: str, name: str, found: Any) -> None:
    values = found[kind][name]
    assert values == pytest.approx([values[0]] * len(values), abs=0.1)
