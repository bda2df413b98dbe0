"""``zoo.evaluate`` and ``zoo.compare`` from Python, on sets of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

import zoo
from zoo.errors import UsageError
from zoo.evaluation.sets.picture_set import Found, PictureSet, Pixels


class Noise(PictureSet):
    """Noise about a level of grey; number 2 cannot be read if ``broken``."""

    def __init__(self, name: str, n: int, level: int, *, broken: bool = False) -> None:
        super().__init__(name, f"{n} {level} {broken}", [f"{i}.png" for i in range(n)], None)
        self.level, self.broken = level, broken

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        for place in places:
            if self.broken and place == 2:
                self.leave_out(place, "torn")
                continue
            grain = np.random.default_rng(place).integers(-40, 40, (16, 16, 3))
            yield place, do((self.level + grain).astype(np.uint8))


def test_two_sets_of_ones_own() -> None:
    seen: list[tuple[str, int, int]] = []
    dark, light = zoo.evaluate(
        Noise("dark", 24, 60, broken=True), Noise("light", 24, 180), against=Noise("r", 30, 62),
        features=["eurosat"], measures=["kernel_distance"], cache=False,
        watch=lambda *step: seen.append(step),
    )  # fmt: skip
    assert (dark.set, light.set) == ("dark", "light")
    assert dark.excluded == (("2.png", "torn"),)
    assert (dark.conditions.n, light.conditions.n) == (23, 24)
    assert dark.conditions.extractor.startswith("eurosat@")
    (near,), (far,) = dark.scores, light.scores
    assert near.shown == "kernel_distance (eurosat)"
    assert near.value < far.value / 10
    assert ("eurosat looks at r", 30, 30) in seen  # once, for both
    assert sum(what == "eurosat looks at r" for what, _, _ in seen) == 1


def test_a_set_against_itself_is_said_to_be() -> None:
    (same,) = zoo.evaluate(
        Noise("a", 12, 60), against=Noise("b", 12, 60), train=Noise("c", 12, 60),
        features=["eurosat"], measures=["frechet_distance"], force=True, cache=False,
    )  # fmt: skip
    assert same.scores[0].value == pytest.approx(0, abs=1e-6)
    assert same.scores[0].forced
    assert "the set and its reference are the same pictures" in same.conditions.notes
    assert any("copies are looked for" in note for note in same.conditions.notes)
    assert not any("compare the scores only" in note for note in same.conditions.notes)


def test_a_comparison_tells_far_from_near() -> None:
    found = zoo.compare(
        Noise("dark", 40, 60), Noise("darker", 40, 59), Noise("light", 40, 180),
        against=Noise("r", 60, 62), features=["eurosat"], measures=["kernel_distance"], cache=False,
    )  # fmt: skip
    verdicts = {(d.one, d.other): d.ahead for d in found.differences}
    assert verdicts[("dark", "light")] == "dark"
    assert verdicts[("darker", "light")] == "darker"
    assert found.compared == 3
    assert all(subject.speed is None for subject in found.subjects)


def test_nothing_to_evaluate() -> None:
    with pytest.raises(UsageError, match="no set to evaluate"):
        zoo.evaluate()
    with pytest.raises(UsageError, match="two sets or more; got 1"):
        zoo.compare(Noise("a", 3, 60))
