"""What a tuning writes: weights that ``zoo generate`` takes at once, and a sheet of both models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from zoo.generation import Model
from zoo.safetensor import VerifiedFile
from zoo.training.export import write_weights
from zoo.training.sheet import save_sheet
from zoo_provenance.record import Record

SHEET = "before-after.png"
COLUMNS = 8
_LINE = 0.5  # grey, in [-1, 1]


def export_tuned(
    parent: Model,
    network: nn.Module,
    file: VerifiedFile,
    out: Path,
    facts: dict[str, Any],
    judges: Sequence[str] = (),
) -> tuple[Path, dict[str, Any]]:
    """Write ``network`` into the folder ``out`` as the architecture's weights, with the metadata of
    the parent's ``file``, which rebuild the network, and ``facts`` of the tuning, in which
    ``judges`` had a part.

    Returns the file and the JSON table beside it.
    """
    card = parent.card
    parent_facts = {"parent": card.id, "parent_sha256": file.sha256}
    facts = {**parent_facts, "parent_licence": card.licence, **facts}
    about: dict[str, Any] = {
        "id": card.architecture,
        "summary": f"{card.id}, tuned with the reward {facts['reward']}",
        "licence": card.licence,
        "trained_on": f"{card.trained_on}; then tuned with the reward {facts['reward']}",
        "trained_with": sorted({*card.trained_with, *judges}),
        "labels": list(card.labels),
    }
    if card.size[0] == card.size[1]:
        about["side"] = card.size[0]
    path = out / f"{card.architecture}.safetensors"
    metadata = {
        **file.metadata(),
        "id": card.architecture,
        "trained_on": about["trained_on"],
        "tuned": json.dumps(facts),
    }
    return path, write_weights(network, path, metadata, {**about, "tuned": facts})


def save_before_after(before: Tensor, after: Tensor, path: Path, record: Record) -> None:
    """A sealed sheet of 32 pictures (32, 3, H, W) of each model: rows of eight before, and below
    each, in one frame, the same latents and labels after."""
    top = torch.split(F.pad(before, (1, 1, 1, 0), value=_LINE), COLUMNS)
    bottom = torch.split(F.pad(after, (1, 1, 0, 1), value=_LINE), COLUMNS)
    rows = [row for pair in zip(top, bottom, strict=True) for row in pair]
    save_sheet(torch.cat(rows), path, record)


def sheet_record(model: Model, facts: dict[str, Any]) -> Record:
    """The record of a sheet: the tuned model's, with what it was tuned with."""
    card = model.card
    return Record(
        model=card.id,
        family=card.family,
        seed=facts["seed"],
        options={**facts["options"], "before_after": facts["reward"]},
        weights=model.weights,
        sources=model.sources,
        versions=model.versions,
        licence=card.licence,
        trained_on=card.trained_on,
    )
