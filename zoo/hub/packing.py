"""The folder that goes to the Hub: weights, ``zoo.json``, samples and a model card."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zoo.card import Card
from zoo.described import MOST_TEXT, Described, described
from zoo.errors import UsageError
from zoo.generation import Model
from zoo.grid import Grid
from zoo.local import LOCAL, find_described, local_card
from zoo.packages import Package
from zoo.versions import plugin_of
from zoo_provenance.atomic import write_atomically

from .card import tag_of
from .findings import Found, find_data, find_reference, find_scores
from .readme import Page, Parent, readme
from .reference import Reference, parse
from .resolving import CARD

FOLDER = "hub"
SAMPLES = "samples.png"
README = "README.md"
SEED = 0
MOST_SAMPLES = 16
_SIDE = 128
"""Pixels of a sample's longer side, where the model's own are fewer: enough for a watermark."""
_KEPT = ("created", "images", "tuned")


class Packed(NamedTuple):
    """A folder that is ready to go up: the names of its ``files``, the model's id there, and what a
    person should know (``notes``)."""

    folder: Path
    files: tuple[str, ...]
    model: str
    notes: tuple[str, ...]


def pack(
    run: str | Path,
    repository: str,
    *,
    licence: str | None = None,
    datasets: tuple[str, ...] = (),
    device: str | None = None,
) -> Packed:
    """Write ``RUN/hub`` of what ``zoo train`` or ``zoo tune`` exported into RUN.

    ``licence`` of the model, by default what the export says; ``datasets`` are names of data sets
    on the Hub. The samples are made and sealed here. Raises UsageError or WeightsError.
    """
    folder = Path(str(run).removeprefix(LOCAL)).expanduser()
    reference = _named(repository)
    local = local_card(str(folder))
    path, table = find_described(folder)
    found = described(table, str(path))
    licence = _licence(licence) or found.licence
    (weights,) = local.weights
    data = find_data(folder)
    measured = find_scores(folder, local.id, folder / weights.file)
    file = weights.read()
    card = dataclasses.replace(
        local,
        id=f"{local.architecture}.{tag_of(reference.repository)}",
        summary=found.summary or f"{local.architecture}, trained on {found.trained_on}",
        licence=licence or "none is stated",
    )
    out = folder / FOLDER
    out.mkdir(exist_ok=True)
    count = _samples(card, out / SAMPLES, device)
    write_atomically(out / weights.file, file.data)
    plugin = plugin_of(card)
    parent = _parent(table, found)
    described_again = _table(table, card, licence, data, plugin)
    write_atomically(out / CARD, (json.dumps(described_again, indent=1) + "\n").encode())
    images = table.get("images")
    page = Page(
        reference.repository,
        card,
        licence,
        images if type(images) is int else None,
        data,
        tuple(_named(name).repository for name in datasets),
        measured.scores,
        SAMPLES,
        f"The first {count} pictures of seed {SEED}, not chosen.",
        plugin,
        parent,
    )
    write_atomically(out / README, readme(page).encode())
    notes = (*_of_licences(licence, parent), *_of_scores(folder, measured))
    return Packed(out, (README, SAMPLES, weights.file, CARD), card.id, notes)


def _parent(table: Mapping[str, Any], found: Described) -> Parent | None:
    """The model that this one was tuned from; an export has its licence until it gets another."""
    tuned = table.get("tuned")
    if not isinstance(tuned, dict) or not isinstance(tuned.get("parent"), str):
        return None
    licence = tuned.get("parent_licence", found.licence)
    return Parent(tuned["parent"], licence if isinstance(licence, str) else None)


def _of_licences(licence: str | None, parent: Parent | None) -> Iterator[str]:
    if licence is None:
        yield "no licence is stated, so nobody knows what is allowed: --licence"
    if parent is not None and parent.licence and not parent.shares(licence):
        yield (
            f"it was tuned from {parent.model}, whose licence is {parent.licence}, and you state "
            f"{licence or 'none'}: see that you may (the card names both)"
        )


def _of_scores(folder: Path, measured: Found) -> Iterator[str]:
    for old in measured.stale:
        yield f"{old} is older than the weights, and left out: measure again"
    yield from measured.unread
    if not measured.scores:
        run, scores = shlex.quote(str(folder)), shlex.quote(str(folder / "scores.json"))
        reference = find_reference(folder)
        against = "PICTURES" if reference is None else shlex.quote(reference)
        yield (
            f"no scores of it are in {folder}: zoo evaluate --model {run} --against {against} "
            f"--json > {scores}"
        )


def _named(repository: str) -> Reference:
    try:
        reference = parse(repository)
    except UsageError as error:
        raise UsageError(
            f"{repository!r} is no name of a repository on the Hub: expected OWNER/NAME"
        ) from error
    if reference.revision:
        raise UsageError(f"{repository}: give OWNER/NAME, without a revision")
    return reference


def _licence(text: str | None) -> str | None:
    if text is not None and (not text.strip() or len(text) > MOST_TEXT or not text.isprintable()):
        raise UsageError(f"the licence is one line of 1 to {MOST_TEXT} characters, such as MIT")
    return text


def _table(
    table: Mapping[str, Any],
    card: Card,
    licence: str | None,
    data: Mapping[str, Any],
    plugin: Package | None,
) -> dict[str, Any]:
    """``zoo.json``: what the card is made of, and what else the export says."""
    (weights,) = card.weights
    return {
        "schema": 1,
        "id": card.architecture,
        "file": weights.file,
        "size": weights.size,
        "sha256": weights.sha256,
        "params": card.params,
        "labels": list(card.labels),
        **({"side": card.size[0]} if "side" in table else {}),
        "summary": card.summary,
        **({"licence": licence} if licence else {}),
        "trained_on": card.trained_on,
        "trained_with": list(card.trained_with),
        **{name: table[name] for name in _KEPT if name in table},
        **({"data": dict(data)} if data else {}),
        **({"plugin": {"package": plugin.name, "version": plugin.version}} if plugin else {}),
    }


def _samples(card: Card, path: Path, device: str | None) -> int:
    """Seal a grid of the first pictures; how many they are."""
    from zoo.loading import load_card
    from zoo_provenance.sealing import seal
    from zoo_provenance.source import SourceType

    model: Model = load_card(card, device=device)
    grid = Grid(MOST_SAMPLES)
    size = max(_SIDE, *card.size)
    for batch in model.generate_batches(MOST_SAMPLES, SEED, size=size):
        grid.add(batch)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(grid.pixels(), grid.record(), source=source, out=path, overwrite=True)
    return MOST_SAMPLES
