"""From ``diffusers:NAME`` to a card: what the pipeline is, and which files it consists of."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from zoo.card import Card
from zoo.errors import WeightsError
from zoo.hub.fetching import cached
from zoo.placed import Placed
from zoo_provenance.text import clean

from .choosing import Component, choose, components, read_json
from .importing import import_diffusers
from .interface import describe_class, pipeline_class
from .repository import INDEX, HubRepository, Listed, Repository, open_repository, sha256_of

_MOST_HEADER = 100 * 2**20  # safetensors' own cap


def find(name: str, fetch: bool) -> Card:
    """The card of what follows ``diffusers:``; see :class:`zoo.scheme.Scheme`."""
    import_diffusers()
    repository = open_repository(name, fetch=fetch)
    listed = repository.files()
    if INDEX not in listed:
        raise WeightsError(
            f"{repository.id} holds no diffusers pipeline: it has no {INDEX}. A file of its own "
            "(.safetensors, .ckpt) has to be converted first"
        )
    index = read_json(repository, INDEX)
    cls = pipeline_class(repository, index, set(listed))
    parts = components(repository, index)
    names = choose(repository, set(listed), parts)
    about = describe_class(cls, repository, parts, _configurations(repository, names, parts))
    page = _front_matter(repository, listed)
    return Card(
        id=f"diffusers:{repository.id}",
        family="refine",
        summary=f"{cls.__name__} of {repository.id}",
        factory="zoo_diffusers.model:build",
        size=about.size,
        params=sum(_parameters(repository, n) for n in names if n.endswith(".safetensors")),
        licence=_stated(page.get("license_name") or page.get("license")) or "none is stated",
        trained_on=_trained_on(repository, page),
        weights=_weights(repository, listed, names),
        options=about.options,
        can=about.can,
        size_step=about.size_step,
    )


def _configurations(
    repository: Repository, names: list[str], parts: dict[str, Component]
) -> dict[str, dict[str, Any]]:
    """The config.json of each part that has one."""
    found = {}
    for part in parts:
        folder = any(name.startswith(f"{part}/") for name in names)
        name = f"{part}/config.json" if folder else "config.json"
        if name in names:
            found[part] = read_json(repository, name)
    return found


def _weights(
    repository: Repository, listed: dict[str, Listed], names: list[str]
) -> tuple[Placed, ...]:
    """Every file, the largest weights first: a manifest names the first as the model."""
    found = []
    for name in names:
        one = listed[name]
        size = one.size if one.size is not None else repository.path(name).stat().st_size
        if size:  # an empty file says nothing
            sha256 = sha256_of(repository, name, one)
            found.append(
                Placed(repository.source, name, size, sha256, find=_finder(repository, name))
            )
    return tuple(
        sorted(found, key=lambda w: (not w.file.endswith(".safetensors"), -w.size, w.file))
    )


def _finder(repository: Repository, name: str) -> Any:
    return lambda: repository.path(name)


def _parameters(repository: Repository, name: str) -> int:
    """How many numbers a safetensors file holds, where it is here already; 0 before."""
    path = _here(repository, name)
    if path is None:
        return 0
    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if length > _MOST_HEADER:
                raise ValueError("its header is too long")
            header = json.loads(stream.read(length))
        shapes = [v["shape"] for k, v in header.items() if k != "__metadata__"]
        return sum(math.prod(shape) for shape in shapes)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WeightsError(
            f"{name} of {repository.id} is no valid safetensors file: {error}"
        ) from error


def _here(repository: Repository, name: str) -> Path | None:
    if isinstance(repository, HubRepository):
        return cached(repository.reference, name)
    return repository.path(name)


def _front_matter(repository: Repository, listed: dict[str, Listed]) -> dict[str, Any]:
    """What the page of a repository states for programs: its licence and its data, if anything."""
    if "README.md" not in listed:
        return {}
    import yaml  # the Hub's client needs it
    from huggingface_hub import metadata_load

    try:
        return metadata_load(repository.path("README.md")) or {}
    except (WeightsError, OSError, ValueError, yaml.YAMLError):  # it is only shown
        return {}


def _trained_on(repository: Repository, page: dict[str, Any]) -> str:
    data = page.get("datasets")
    named = ", ".join(map(_stated, data)) if isinstance(data, list) else _stated(data)
    return named or f"what the page of {repository.id} says"


def _stated(value: object) -> str:
    """A stranger's text on one line."""
    return clean(value, 200) if isinstance(value, str) else ""
