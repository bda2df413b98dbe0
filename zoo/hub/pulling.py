"""Pulling: a model's files come into the Hub's cache, so that it runs without a network."""

from __future__ import annotations

from zoo.card import Card
from zoo.catalogue import registered_card
from zoo.errors import UnreachableError, UsageError, WeightsError
from zoo.plugins import plugin_manager
from zoo.weights import Weights

from . import pinned
from .card import fetch_card, hub_card
from .fetching import cached
from .reference import parse
from .resolving import CARD, resolve


def pull(name: str) -> tuple[Card, tuple[Weights, ...]]:
    """Fetch what is missing or damaged of ``hf-hub:OWNER/NAME[@REVISION]``, ``OWNER/NAME``, or a
    model of an installed plugin whose weights lie on the Hub.

    Returns its card and the weights that are there now, size and sha256 checked. Raises
    WeightsError or UsageError.
    """
    try:
        return _pull(name)
    except UnreachableError as error:  # its remedy is what is being done
        raise UnreachableError(error.why) from error


def _pull(name: str) -> tuple[Card, tuple[Weights, ...]]:
    card = _card(name)
    weights = tuple(w for w in card.weights if w.on_hub)
    if not weights:
        raise UsageError(f"the weights of {card.id} do not lie on the Hub: nothing to pull")
    for one in weights:
        pinned.pull(one)
    return card, weights


def _card(name: str) -> Card:
    if "/" not in name:
        return registered_card(name)
    reference = parse(name)
    for card in plugin_manager().cards():
        if any(weights.source == str(reference) for weights in card.weights):
            return card
    reference = resolve(reference)
    try:
        return hub_card(str(reference))
    except WeightsError:
        if cached(reference, CARD) is None:
            raise
    fetch_card(reference, again=True)
    return hub_card(str(reference))
