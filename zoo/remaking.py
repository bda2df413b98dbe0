"""What a record needs to become a picture again: its model's card, and the very weights.

A record may be a stranger's: its model must be registered here, and its weights are known by
sha256.
"""

from __future__ import annotations

from pathlib import Path

from zoo_provenance.record import Record

from .card import Card
from .catalogue import find_card, registered_card
from .errors import PluginError, ReplayError, UnknownNameError, UsageError
from .referenced import names_scheme, referenced_card
from .safetensor import VerifiedFile
from .weights import read_given


def replayable_card(
    recorded: Record, model: str | None = None, *, by_reference: bool = False
) -> Card:
    """The card of a record's model, or of the ``model`` that a user names instead: a folder, or a
    model by reference. ``by_reference``: the record itself may name one, of which nothing is
    fetched then.

    Raises ReplayError where the picture cannot be made again.
    """
    if "grid" in recorded.options:
        raise ReplayError("this is a grid of pictures; replay the single ones it was made of")
    if "strip" in recorded.options:
        raise ReplayError("this is a strip of a picture's steps; replay the picture beside it")
    if recorded.family == "external" or recorded.seed is None or recorded.index is None:
        raise ReplayError(f"made by {recorded.model!r}, which Zoo cannot run: nothing to replay")
    try:
        if model is not None:
            card = find_card(model)
        elif by_reference and names_scheme(recorded.model):
            card = _referenced(recorded.model)
        else:
            card = registered_card(recorded.model)
    except UnknownNameError as error:
        if model is not None:
            raise
        raise ReplayError(
            f"made by a model that is not installed here: {error}. If zoo train made it, say "
            "where it is: --model FOLDER"
        ) from error
    if card.replay == "none":
        raise ReplayError(f"{card.id} says that its pictures cannot be made again")
    return card


def _referenced(name: str) -> Card:
    """The card of a reference that a picture names, perhaps a stranger's."""
    try:
        card = referenced_card(name, fetch=False)
    except (UsageError, PluginError) as error:
        raise ReplayError(f"{error}. If you have it, name it: --model") from error
    if card.id != name:
        raise ReplayError(
            f"made by {name}, which says not exactly which model that is; name it: --model"
        )
    return card


def recorded_files(
    recorded: Record, card: Card, weights: str | Path | None = None
) -> tuple[VerifiedFile, ...]:
    """The recorded weights, installed or given. Their sha256 is checked before they are parsed.

    Raises ReplayError where they are others, WeightsError for a damaged file.
    """
    if weights is not None:
        files = read_given(weights, card.weights)
        found = tuple(file.sha256 for file in files)
        if found == recorded.weights:
            return files
        remedy = "--weights needs the file with the recorded sha256"
    else:
        found = tuple(w.sha256 for w in card.weights)
        if found == recorded.weights:
            return tuple(w.read() for w in card.weights)
        remedy = "give that file with --weights FILE"
    missing = [sha256 for sha256 in recorded.weights if sha256 not in found]
    raise ReplayError(
        f"the picture was made with weights of sha256 {', '.join(missing) or 'none'}, but "
        f"{'the given file has' if weights is not None else card.id + ' here has'} "
        f"{', '.join(found) or 'none'}; {remedy}"
    )
