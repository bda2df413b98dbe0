"""Export: a trained network as a small safetensors file, with a JSON file for its card."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import save
from torch import Tensor, nn

from zoo.errors import DataError, UsageError
from zoo.safetensor import in_order
from zoo_provenance.atomic import write_atomically

from .checkpoint import load_average
from .folder import BEST, CHECKPOINT, About, read_run
from .guard import guarded
from .recipe import Recipe
from .trainable import Draws, Trainable
from .trainer import Trainer

FORMAT = "zoo-weights-1"
FINISH_SEED = 0
FINISH_BATCH = 64

Which = Literal["best", "last"]


def export_run(
    out: Path, trainer: Trainer, device: torch.device, which: Which = "best"
) -> tuple[Path, dict[str, Any]]:
    """Export the averaged network that a run's folder holds into it, as ``TRAINER.safetensors``.

    ``best`` is the one with the lowest held-out score, the last one included; without held-out
    figures it is the last. Returns the file and its JSON table. Raises UsageError where the folder
    holds no checkpoint yet.
    """
    recipe, about = read_run(out)
    checkpoint = out / (BEST if which == "best" and (out / BEST).is_file() else CHECKPOINT)
    if not checkpoint.is_file():
        raise UsageError(f"{out} holds no checkpoint yet; train first: zoo train --resume")
    trainable = build(trainer, recipe, about)
    for network in trainable.networks.values():
        network.to(device)
    network, images = finished_average(checkpoint, trainable, device)
    path = out / f"{trainer.name}.safetensors"
    table = export(
        network,
        path,
        arguments=trainable.describe(),
        recipe=recipe,
        labels=about.labels,
        images=images,
        side=about.size,
        card={"id": trainer.name, "trained_on": about.about},
    )
    return path, table


def build(trainer: Trainer, recipe: Recipe, about: About) -> Trainable:
    """The networks of a run, their weights drawn from the recipe's seed."""
    # torch initialises layers from its global generator: this is the one place that seeds it.
    torch.manual_seed(recipe.seed)
    with guarded(f"building {trainer.name} from the recipe's [model]"):
        return trainer.build(max(1, len(about.labels)), about.size, recipe.model)


def finished_average(
    checkpoint: Path, trainable: Trainable, device: torch.device | str = "cpu"
) -> tuple[nn.Module, int]:
    """The averaged network of a run, finished for use, and how many images it has seen.

    The network is ``trainable``'s own, overwritten. ``finish`` draws from a fixed seed, so that
    the same checkpoint always gives the same network. Raises DataError.
    """
    network = trainable.networks["model"]
    state = load_average(checkpoint, network)
    network.eval().requires_grad_(False)
    rng = torch.Generator().manual_seed(FINISH_SEED)
    torch.manual_seed(FINISH_SEED)
    with guarded("finishing the network"):
        trainable.finish(network, Draws(rng, FINISH_BATCH, device=device))
    return network.eval(), int(state["images"])


def export(
    network: nn.Module,
    out: Path,
    *,
    arguments: Mapping[str, Any],
    recipe: Recipe,
    labels: Sequence[str],
    images: int,
    side: int,
    card: Mapping[str, str],
) -> dict[str, Any]:
    """Write ``network`` in float16 to ``out``, and what a card needs beside it as ``.json``.

    ``arguments`` rebuild the network (``Trainable.describe()``); ``card`` is added to
    the metadata and the table: ``id`` (the architecture or the model), ``trained_on``. Buffers
    that hold integers keep their type. The same network gives the same bytes. Returns the JSON
    table: file, size (in bytes), sha256, params, labels, side (of a picture, in pixels), images,
    created, trained_with (the recipe's ``judge``, whose features its loss saw), and ``card``.
    Raises DataError where a value does not fit float16.
    """
    metadata = {
        "format": FORMAT,
        "network": json.dumps(dict(arguments)),
        "recipe": json.dumps(dataclasses.asdict(recipe)),
        "images": str(images),
        **card,
    }
    judge = recipe.model.get("judge")
    about = {
        "labels": list(labels),
        "side": side,
        "images": images,
        "trained_with": [judge] if judge else [],
        **card,
    }
    return write_weights(network, out, metadata, about)


def write_weights(
    network: nn.Module, out: Path, metadata: Mapping[str, str], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Write ``network`` in float16 to ``out`` with ``metadata``, and a table beside it as
    ``.json``: file, size, sha256, params, created, and ``about``; see :func:`export`.
    """
    tensors = {name: _half(name, value) for name, value in network.state_dict().items()}
    data = in_order(save(tensors, metadata=dict(metadata)))
    table = {
        "file": out.name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "params": sum(p.numel() for p in network.parameters()),
        "created": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        **about,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, data)
    text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    write_atomically(out.with_suffix(".json"), text.encode())
    return table


def _half(name: str, value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    if not value.is_floating_point():
        return value
    half = value.half()
    if not half.isfinite().all():
        raise DataError(f"{name} holds values that float16 cannot; train with a lower rate")
    return half
