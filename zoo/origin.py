"""Which plugin something comes from, in words, for messages."""

from __future__ import annotations

from .card import Card
from .plugins import Loaded, plugin_manager


def with_origin(what: str, hook: str, name: str) -> str:
    """``what`` and, in brackets, the plugin whose ``hook`` brings ``name``, where there is one."""
    return _named(what, plugin_manager().owner(hook, name))


def generator_of(card: Card) -> str:
    """The generator of a card by name, with the plugin that brings it."""
    return _named(f"the generator of {card.id}", plugin_of(card))


def plugin_of(card: Card) -> Loaded | None:
    """The plugin that brings a card; of one that is not registered (what ``zoo train`` made) the
    one that brings its factory."""
    manager = plugin_manager()
    owner = manager.owner("zoo_models", card.id)
    for known in manager.cards() if owner is None else ():
        if known.factory == card.factory:
            owner = manager.owner("zoo_models", known.id)
    return owner


def _named(what: str, owner: Loaded | None) -> str:
    return what if owner is None else f"{what} ({owner})"
