"""What a record needs to become a picture again: its model's card, and the very weights.

A record may be a stranger's: its model must be registered here, and its weights are known by
sha256.
"""

from __future__ import annotations

from pathlib import Path

from zoo_provenance.record import Record

from .card import Card
from .catalogue import find_card, registered_card
from .errors import PluginError, ReplayError, UnknownNameError, UsageError, ZooError
from .referenced import names_scheme, referenced_card
from .safetensor import VerifiedFile
from .versions import packages_in
from .weights import read_given


def replayable_card(
    recorded: Record, model: str | None = None, *, from_cache: bool = False
) -> Card:
    """The card of a record's model, or of the ``model`` that a user names instead: a folder,
    ``hf-hub:OWNER/NAME@COMMIT``, or another reference.

    With ``from_cache``, a model that the record says is from the Hub may lie in the Hub's cache;
    nothing is fetched for a record's sake. Raises ReplayError where the picture cannot be made
    again.
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
        elif names_scheme(recorded.model):
            card = _referenced(recorded.model, from_cache=from_cache)
        else:
            card = registered_card(recorded.model)
    except UnknownNameError as error:
        if model is not None:
            raise
        if recorded.sources:
            card = _card_from_hub(recorded, from_cache=from_cache)
        else:
            raise ReplayError(
                f"made by a model that is not installed here: {error}. {_brought(recorded)}If zoo "
                "train made it, say where it is: --model FOLDER"
            ) from error
    if card.replay == "none":
        raise ReplayError(f"{card.id} says that its pictures cannot be made again")
    return card


def _referenced(name: str, *, from_cache: bool) -> Card:
    """The card of a reference that a picture names, perhaps a stranger's."""
    if not from_cache:
        raise ReplayError(
            f"made by {name}, of which anybody could have made a model for this very picture; this "
            f"replays it: zoo replay PICTURE --model {name}"
        )
    try:
        card = referenced_card(name, fetch=False)
    except (UsageError, PluginError) as error:
        raise ReplayError(f"{error}. If you have it, name it: --model") from error
    if card.id != name:
        raise ReplayError(
            f"made by {name}, which says not exactly which model that is; name it: --model"
        )
    return card


def _card_from_hub(recorded: Record, *, from_cache: bool) -> Card:
    """Of the model that a record says is from the Hub, from the cache alone."""
    from .hub.card import hub_card

    (source, *others) = dict.fromkeys(recorded.sources)
    fetches = f"this fetches and replays it: zoo replay PICTURE --model {source}"
    if others:
        raise ReplayError(
            f"its record names weights from {len(others) + 1} repositories on the Hub "
            f"({', '.join((source, *others))}), of which no model here is made"
        )
    if not from_cache:
        raise ReplayError(
            f"its record says that its model is from the Hub ({source}), which proves nothing: "
            f"anybody can put a model there that makes this very picture; {fetches}"
        )
    try:
        return hub_card(source, fetch=False)
    except UnknownNameError as error:
        raise ReplayError(
            f"its model, {source}, needs a plugin: {error}. {_brought(recorded)}".rstrip()
        ) from error
    except ZooError as error:
        raise ReplayError(
            f"its record says that its model is {source}, which is not at hand ({error}); {fetches}"
        ) from error


def _brought(recorded: Record) -> str:
    """What the record says of the package that brought its model; anybody may have written it."""
    packages = packages_in(recorded.versions)
    if not packages:
        return ""
    if len(packages) > 1:  # a generator may name more than its plugin's own
        return f"Its record says that one of {', '.join(packages)} brought it: a mere claim. "
    return f"Its record says that {packages[0]} brought it: a mere claim. "


def recorded_files(
    recorded: Record, card: Card, weights: str | Path | None = None, *, fetch: bool = False
) -> tuple[VerifiedFile, ...]:
    """The recorded weights, installed or given. Their sha256 is checked before they are parsed.
    What lies on the Hub is taken from its cache, and with ``fetch`` from there.

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
            return tuple(w.read(fetch=fetch) for w in card.weights)
        remedy = "give that file with --weights FILE"
    missing = [sha256 for sha256 in recorded.weights if sha256 not in found]
    raise ReplayError(
        f"the picture was made with weights of sha256 {', '.join(missing) or 'none'}, but "
        f"{'the given file has' if weights is not None else card.id + ' here has'} "
        f"{', '.join(found) or 'none'}; {remedy}"
    )
