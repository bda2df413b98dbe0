"""The card of a model that lies on the Hub: what its ``zoo.json`` says, checked.

The file is a stranger's. It describes weights for an architecture that is registered here, whose
card brings all that runs; it can name no code.
"""

from __future__ import annotations

import re
from pathlib import Path

from zoo.card import Card
from zoo.described import MAX_JSON, Described, described, read_table
from zoo.errors import UnknownNameError, WeightsError, ZooError

from .fetching import cached, missing
from .fetching import fetch as fetch_file
from .pinned import pull_command
from .reference import Reference, parse
from .resolving import CARD, NO_CARD, resolve


def hub_card(name: str, *, fetch: bool = True) -> Card:
    """The card of ``hf-hub:OWNER/NAME[@REVISION]``; its id is ``ARCHITECTURE.OWNER.NAME``.

    Without ``fetch`` the name must have a commit, and nothing is asked of the Hub. Raises
    UsageError, UnknownNameError where no plugin brings the architecture, WeightsError where the
    file cannot be had or describes no model.
    """
    reference = parse(name)
    if fetch:
        reference = resolve(reference)
    found = describe(reference, fetch=fetch)
    try:
        return found.card(
            tag_of(reference.repository),
            str(reference),
            summary=f"{reference.repository} on the Hub",
            licence="none is stated",
        )
    except UnknownNameError:
        raise
    except ZooError as error:
        raise WeightsError(f"{CARD} of {reference} does not describe a model: {error}") from error


def describe(reference: Reference, *, fetch: bool = True) -> Described:
    """What the card of a repository at a commit says. Raises WeightsError."""
    path = cached(reference, CARD)
    if path is None:
        if not fetch:
            raise missing(reference, CARD, pull_command(reference))
        path = fetch_card(reference)
    table = read_table(path)
    if table is None:
        raise WeightsError(f"{CARD} of {reference} is not one that zoo push wrote. {NO_CARD}")
    return described(table, f"{CARD} of {reference}")


def tag_of(repository: str) -> str:
    """``OWNER/NAME`` as the second part of a card's id."""
    return re.sub(r"[^a-z0-9.-]+", "-", repository.lower().replace("/", ".")).lstrip(".-") or "hub"


def fetch_card(reference: Reference, *, again: bool = False) -> Path:
    """The file at a commit, in the cache; ``again``: whatever is there. Raises WeightsError."""
    return fetch_file(
        reference,
        CARD,
        remedy=pull_command(reference),
        most=MAX_JSON,
        again=again,
        absent=NO_CARD,
    )
