"""The checks of ``zoo.testing`` for measures, rewards and examiners: each catches its mistake."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import zoo
from zoo.errors import ContractError
from zoo.testing import check_examiner, check_measure, check_reward
from zoo_provenance.evidence import Evidence, Finding, Kind

MEASURES = {
    "it loads": None,
    "it gives a finite number": lambda seen, reference: "good",
    "its value lies within its bounds": lambda seen, reference: 7 + abs(seen.features.mean()),
    "the same set has the same value": lambda seen, reference: np.random.default_rng().uniform(),
    "a set like the reference is better": lambda seen, reference: 1 / (
        1 + abs(seen.features.mean() - reference.features.mean())
    ),
    "it leaves global random states": lambda seen, reference: np.random.seed(0) or 1.0,
    "it prints nothing": lambda seen, reference: print("hm") or 1.0,
}  # fmt: skip


@pytest.mark.parametrize("check", MEASURES)
def test_a_measures_mistakes_are_caught(serve: Any, check: str) -> None:
    serve(lambda: MEASURES[check])
    needs = frozenset({zoo.Need.REFERENCE})
    measure = zoo.Measure("odd", "odd", "plain_here:build", "lower", needs, bounds=(0, 2))
    with pytest.raises(ContractError, match=f"FAILS: {check}"):
        check_measure(measure)


REWARDS = {
    "it gives one finite number": lambda p, labels, names: p.mean((1, 2, 3)) / 0,
    "gradients reach the pictures": lambda p, labels, names: p.detach().mean((1, 2, 3)),
    "the same pictures have the same reward": lambda p, labels, names: (
        p.mean((1, 2, 3)) * random.SystemRandom().random()
    ),
    "a picture's reward does not depend": lambda p, labels, names: (
        (p - p.mean()).abs().mean((1, 2, 3))
    ),
    "it leaves the pictures as they are": lambda p, labels, names: (
        p if p.requires_grad else p.mul_(0.5)
    ).mean((1, 2, 3)),
    "it works without labels": lambda p, labels, names: p.mean((1, 2, 3)) + labels,
}


@pytest.mark.parametrize("check", REWARDS)
def test_a_rewards_mistakes_are_caught(serve: Any, check: str) -> None:
    serve(lambda device: REWARDS[check])
    with pytest.raises(ContractError, match=f"FAILS: {check}"):
        check_reward(zoo.Reward("odd", "odd", "plain_here:build"))


class Examiner:
    name, kind = "odd", Kind.CLAIM

    def __init__(self, look: Any) -> None:
        self.look, self.asked = look, 0

    def examine(self, subject: Any) -> Any:
        self.asked += 1
        answer = self.look(self, subject)
        nothing = Evidence(self.name, self.kind, "none", Finding.NOTHING)
        return nothing if answer is None else answer


EXAMINERS = {
    "it answers about a PNG": lambda self, subject: 1 / 0,
    "it answers about a picture of one grey pixel": lambda self, subject: (
        subject.picture().getpixel((1, 0))
    ),
    "it answers about a JPEG that was cut off": lambda self, subject: (
        int("x") if "broken" in subject.path.name else None
    ),
    "the same file has the same answer": lambda self, subject: Evidence(
        "odd", Kind.CLAIM, "none", Finding.NOTHING, details={"asked": self.asked}
    ),
    "it writes nothing": lambda self, subject: (subject.path.parent / "notes").touch(),
    "it prints nothing": lambda self, subject: print("hm"),
}


@pytest.mark.parametrize("check", EXAMINERS)
def test_an_examiners_mistakes_are_caught(check: str) -> None:
    with pytest.raises(ContractError, match=f"FAILS: {check}"):
        check_examiner(Examiner(EXAMINERS[check]))
