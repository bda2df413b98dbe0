"""Checking that a generator keeps Zoo's contract."""

from __future__ import annotations

from collections.abc import Iterator

from zoo.card import Card

from .contract import Check, Report, run_checks


def check_generator(card: Card, *, device: str = "cpu") -> Report:
    """Load the model of a card and try every clause of its contract with a few small pictures.

    Returns how each went. Raises ContractError, which lists them, where one fails.
    """
    return run_checks(card.id, _checks(card, device)).demand()


def _checks(card: Card, device: str) -> Iterator[Check]:
    from .ability_checks import abilities
    from .bench import Bench
    from .generator_checks import choices, pictures, randomness, terms_problem
    from .watched import manners
    from .weights_checks import strictness

    bench = Bench(card, device)

    def loads() -> None:
        assert bench.model

    yield Check("its card names a licence and its data", lambda: terms_problem(card))
    yield Check("it loads", loads, essential=True)
    yield from pictures(bench)
    yield from randomness(bench)
    yield from choices(bench)
    yield from manners(bench.watched)
    yield from abilities(bench)
    yield from strictness(bench)
