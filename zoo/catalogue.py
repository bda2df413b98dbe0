"""The catalogue: which models there are, and finding one by name. No torch."""

from __future__ import annotations

from pathlib import Path

from .card import Can, Card
from .errors import UnknownNameError
from .hub.reference import HUB
from .local import local_card, names_folder
from .plugins import plugin_manager
from .referenced import names_scheme, referenced_card


def list_models(*, family: str | None = None, can: str | None = None) -> tuple[Card, ...]:
    """The cards of all models, or those of a family or with an ability.

    Raises UnknownNameError for a family that no model has, or an ability that does not exist.
    """
    cards = plugin_manager().cards()
    families = sorted({card.family for card in cards})
    if family is not None and family not in families:
        hint = f"(families here: {', '.join(families) or 'none'})"
        raise UnknownNameError("family", family, families, hint)
    if can is not None and can not in tuple(Can):
        raise UnknownNameError("ability", can, list(Can), f"(abilities: {', '.join(Can)})")
    return tuple(
        card
        for card in cards
        if (family is None or card.family == family) and (can is None or can in card.can)
    )


def aliases(card: Card) -> tuple[str, ...]:
    """Other names of a card: the bare architecture, for its first registered tag."""
    same = [c for c in plugin_manager().cards() if c.architecture == card.architecture]
    return (card.architecture,) if same and same[0].id == card.id else ()


def others_named(name: str) -> tuple[Card, ...]:
    """Where ``name`` is a bare architecture: the cards of it that come from other plugins than the
    card that the name means."""
    manager = plugin_manager()
    same = [card for card in manager.cards() if card.architecture == name]
    owners = [manager.owner("zoo_models", card.id) for card in same]
    return tuple(c for c, owner in zip(same, owners, strict=True) if owner != owners[0])


def find_card(name: str) -> Card:
    """The card of an id, of an alias, of what ``zoo train`` made (``local-dir:FOLDER``, or the
    path of the folder; an id or alias goes first), of a model on the Hub
    (``hf-hub:OWNER/NAME[@REVISION]``), or of another one by reference (``diffusers:OWNER/NAME``).

    Raises UnknownNameError, which names the nearest; for a reference see
    :func:`zoo.referenced.referenced_card`.
    """
    if name.startswith(HUB):
        from .hub.card import hub_card

        return hub_card(name)
    known = {known for card in plugin_manager().cards() for known in (card.id, card.architecture)}
    if name in known:
        return registered_card(name)
    if names_scheme(name) and not Path(name).is_dir():
        return referenced_card(name)
    return local_card(name) if names_folder(name) else registered_card(name)


def registered_card(name: str) -> Card:
    """The card of an id or an alias; no file is looked at, so that ``name`` may be a stranger's.

    Raises UnknownNameError, which names the nearest.
    """
    manager = plugin_manager()
    for card in manager.cards():
        if name == card.id:
            return card
    for card in manager.cards():
        if name == card.architecture:
            return card
    hint = f"(zoo models lists them{manager.failed()})"
    raise UnknownNameError("model", name, [card.id for card in manager.cards()], hint)
