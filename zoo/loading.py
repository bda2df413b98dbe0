"""Loading: from a model's name to something that generates."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo_provenance.text import clean

from .boundary import held, named_if_slow
from .card import Can, Card
from .catalogue import find_card
from .devices import choose_device
from .errors import PluginError, UsageError
from .extras import require_models
from .factories import import_factory
from .generation import Model
from .generator import Encoder, Generator, LatentGenerator
from .origin import generator_of
from .safetensor import VerifiedFile
from .versions import versions_of
from .weights import read_given

if TYPE_CHECKING:
    import torch


def load(name: str, *, device: str | None = None, weights: str | Path | None = None) -> Model:
    """Load a model by id or alias, ready to generate.

    ``device`` is ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; by default the fastest there is.
    ``weights`` is a safetensors file, or ``local-dir:PATH``, to use in place of the card's.
    Raises UnknownNameError, MissingExtraError, WeightsError or PluginError.
    """
    return load_card(find_card(name), device=device, weights=weights)


def load_card(card: Card, *, device: str | None = None, weights: str | Path | None = None) -> Model:
    """Load the model of a card, which need not be registered; see :func:`load`."""
    require_models()
    if weights is None:
        files = tuple(w.read() for w in card.weights)
    elif card.by_reference:
        raise UsageError(f"{card.id} with other weights is another model: name that one instead")
    else:
        files = read_given(weights, card.weights)
        if tuple(f.sha256 for f in files) != tuple(w.sha256 for w in card.weights):
            card = _with_other_weights(card, files)
    return build_model(card, files, device)


def build_model(card: Card, files: tuple[VerifiedFile, ...], device: str | None) -> Model:
    """The model of a card from weights files that were read and checked."""
    require_models()
    import torch

    where = choose_device(device)
    who = generator_of(card)
    build = import_factory(card.factory, who)
    with named_if_slow(f"{who}: loading"), held(f"{who}: {card.factory}", builds=True):
        generator = _built(build, card, files, where)
    _check_abilities(card, generator)
    hashes = tuple(file.sha256 for file in files)
    versions = versions_of(card) | getattr(generator, "versions", {})
    return Model(card, generator, where, torch.float32, hashes, versions)


def _built(build: Any, card: Card, files: tuple[VerifiedFile, ...], where: torch.device) -> Any:
    import torch

    try:
        return build(files, where, torch.float32)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise UsageError(f"{card.id} does not fit into the memory of {where}") from error


def _with_other_weights(card: Card, files: tuple[VerifiedFile, ...]) -> Card:
    """The card says where its own weights come from; of others only they themselves can."""
    trained_on = files[0].metadata().get("trained_on", "unknown") if files else "unknown"
    return dataclasses.replace(
        card, licence="that of the given weights", trained_on=trained_on, trained_with=()
    )


def _check_abilities(card: Card, generator: object) -> None:
    if not isinstance(generator, Generator):
        raise PluginError(
            f"{generator_of(card)}: {card.factory} returned {clean(repr(generator), 80)}; expected "
            "an object with generate(request), such as a zoo.FromLatent"
        )
    if Can.LATENT in card.can and not isinstance(generator, LatentGenerator):
        raise PluginError(
            f"{generator_of(card)} lacks latent_shape or decode, but its card can 'latent'"
        )
    if Can.ENCODE in card.can and not isinstance(generator, Encoder):
        raise PluginError(f"{generator_of(card)} lacks encode, but its card can 'encode'")
