"""Options that are asked of several models at once: each takes those that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zoo.card import Card
from zoo.errors import UnknownNameError, UsageError


def own_options(card: Card, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``given`` that a model has."""
    return {option.name: given[option.name] for option in card.options if option.name in given}


def check_options(cards: Iterable[Card], given: Mapping[str, Any]) -> None:
    """Raises UsageError for an option that none of the models has, or a value that does not fit."""
    cards = list(cards)
    if given and not cards:
        raise UsageError(f"no set is a model, so none has options ({', '.join(given)})")
    known = [option.name for card in cards for option in card.options]
    for name in given:
        if name not in known:
            raise UnknownNameError("option", name, known, "(zoo models MODEL lists a model's)")
    for card in cards:
        card.check_options(own_options(card, given))
