"""The clauses that every generator must keep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from zoo import picture_rules
from zoo.card import Can, Card
from zoo.generator import Step
from zoo.option import Option

from .bench import Bench, far_apart
from .contract import Check
from .watched import watching

_PLACEHOLDERS = {"unknown", "todo", "tbd", "n/a", "?", "-", "fixme", "xxx"}


def pictures(bench: Bench) -> Iterator[Check]:
    """What the pictures are."""
    yield Check("each run ends with one final Step", lambda: _ends(bench), essential=True)
    shape = (2, 3, *bench.card.size)
    rules = {
        "pictures have the card's size": picture_rules.shape_problem,
        "pictures are floating-point numbers": picture_rules.kind_problem,
        "pictures are finite": picture_rules.finite_problem,
        "pictures lie in [-1, 1]": picture_rules.range_problem,
    }
    for name, rule in rules.items():
        yield Check(
            name,
            lambda rule=rule: _prefixed(rule(bench.steps(bench.request(0, 1))[-1].pictures, shape)),  # type: ignore[misc]
            essential=rule in (picture_rules.shape_problem, picture_rules.finite_problem),
        )
    yield Check("pictures carry no gradient", lambda: _detached(bench))


def randomness(bench: Bench) -> Iterator[Check]:
    """What the pictures depend on."""
    if bench.card.replay != "none":
        yield Check("the same seed and index make the same picture", lambda: _repeats(bench))
        yield Check("a picture does not depend on its batch", lambda: _alone(bench))
    yield Check("another seed or index makes another picture", lambda: _varies(bench))


def choices(bench: Bench) -> Iterator[Check]:
    """What a user can choose."""
    card = bench.card
    if len(card.labels) > 1:
        yield Check("its first and its last label make different pictures", lambda: _labels(bench))
    for option in card.options:
        for value in ends(option):
            yield Check(
                f"it works with {option.name}={value}",
                lambda name=option.name, value=value: _option(bench, name, value),  # type: ignore[misc]
            )
    if Can.PROMPT in card.can:
        yield Check("another prompt makes another picture", lambda: _prompts(bench))


def ends(option: Option) -> tuple[Any, ...]:
    """The values of an option that are tried."""
    if option.type == "bool":
        return (False, True)
    if option.choices:
        return option.choices
    if option.range is None:
        return (option.default,)
    kind = int if option.type == "int" else float
    return tuple(kind(end) for end in option.range)


def terms_problem(card: Card) -> str | None:
    """What its card leaves open of the licence and the data."""
    for name in ("licence", "trained_on"):
        text = getattr(card, name).strip()
        if text.casefold() in _PLACEHOLDERS:
            return (
                f"its card's {name} is {text!r}; name it, for it is signed into every picture "
                "(trained_on: 'nothing' where there is no training)"
            )
    return None


def _prefixed(problem: str | None) -> str | None:
    return f"it {problem}" if problem else None


def _ends(bench: Bench) -> str | None:
    steps = bench.steps(bench.request(0))
    kinds = [type(step).__name__ for step in steps if not isinstance(step, Step)]
    if kinds:
        return f"generate yielded {kinds[0]}; expected zoo.Step(pictures)"
    finals = [step.final for step in steps]
    if sum(finals) != 1 or not finals[-1]:
        return f"the steps' final are {finals[:8]}; expected one that is True, the last"
    return None


def _detached(bench: Bench) -> str | None:
    found: Any = bench.steps(bench.request(0))[-1].pictures
    if found.requires_grad:
        return (
            "they require grad, so memory grows; generate runs under torch.inference_mode: keep it"
        )
    return None


def _repeats(bench: Bench) -> str | None:
    request = bench.request(0, 1)
    first = bench.pictures(request)
    with watching():
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        again = bench.pictures(request)
    exact = bench.card.replay == "bitwise" and not torch.equal(first, again)
    if exact or (apart := far_apart(first, again)):
        how = "they are not the same bit for bit" if exact else apart
        return f"made twice, {how}; take every random number from request.noise(i, purpose, shape)"
    return None


def _alone(bench: Bench) -> str | None:
    together = bench.pictures(bench.request(0, 1, 2))
    for index in (1, 2):
        if apart := far_apart(together[index : index + 1], bench.pictures(bench.request(index))):
            return (
                f"picture {index}, made alone and in a batch of three: {apart}; draw for each "
                "picture by its own index (request.noise), and normalise over no batch (eval())"
            )
    return None


def _varies(bench: Bench) -> str | None:
    first, second = bench.pictures(bench.request(0, 1))
    (other,) = bench.pictures(bench.request(0, seed=8))
    for name, picture in (("indices 0 and 1", second), ("seeds 7 and 8", other)):
        if torch.equal(first, picture):
            return f"{name} make the same picture; take random numbers from request.noise"
    return None


def _labels(bench: Bench) -> str | None:
    last = len(bench.card.labels) - 1
    first, other = (bench.pictures(bench.request(0, label=label)) for label in (0, last))
    if torch.equal(first, other):
        names = f"{bench.card.labels[0]!r} and {bench.card.labels[last]!r}"
        return f"{names} make the same picture; request.labels holds the asked label's index"
    return None


def _option(bench: Bench, name: str, value: Any) -> str | None:
    request = bench.request(0, options={**bench.quick, name: value})
    found = bench.steps(request)[-1].pictures
    for problem in picture_rules.problems(found, (1, 3, *bench.card.size), final=True):
        return f"with {name}={value} it {problem}; narrow the option's range, or mend it"
    return None


def _prompts(bench: Bench) -> str | None:
    one, other = (bench.pictures(bench.request(0, prompt=p)) for p in ("a red apple", "a blue car"))
    return (
        "two prompts make the same picture; read request.prompt"
        if torch.equal(one, other)
        else None
    )
