"""Export: a trained generator as a small safetensors file, with a JSON file for its card."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from zoo.errors import DataError

from .loop import Run
from .recipe import Recipe
from .trainable import Trainable
from .trainer import Trainer

FORMAT = "zoo-weights-1"
FINISH_SEED = 0


def finished_average(checkpoint: Path, trainable: Trainable) -> tuple[nn.Module, int]:
    """The averaged generator of a run, finished for use, and how many images it has seen.

    The network is ``trainable``'s own, overwritten. ``finish`` draws from a fixed seed, so that
    the same checkpoint always gives the same network. Raises DataError.
    """
    prefix = "network/average/"
    network = trainable.networks["generator"]
    try:
        with safe_open(checkpoint, framework="pt") as file:
            names = [k for k in file.keys() if k.startswith(prefix)]  # noqa: SIM118
            state = {k.removeprefix(prefix): file.get_tensor(k) for k in names}
            images = json.loads(file.metadata()["state"])["images"]
        network.load_state_dict(state, strict=True)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"cannot export {checkpoint}: {error}. Is it a checkpoint of this recipe?"
        ) from error
    trainable.finish(network, torch.Generator().manual_seed(FINISH_SEED))
    return network.eval(), images


def export_run(run: Run, trainer: Trainer) -> Path:
    """Export the averaged generator of a run into its folder, as ``TRAINER.safetensors``."""
    network = copy.deepcopy(run.average.network)
    run.trainable.finish(network, torch.Generator().manual_seed(FINISH_SEED))
    out = run.out / f"{trainer.name}.safetensors"
    export(
        network.eval(),
        out,
        arguments=run.trainable.describe(),
        recipe=run.recipe,
        labels=run.data.names,
        images=run.images,
        card={"id": trainer.name, "trained_on": run.data.about},
    )
    return out


def export(
    network: nn.Module,
    out: Path,
    *,
    arguments: Mapping[str, Any],
    recipe: Recipe,
    labels: Sequence[str],
    images: int,
    card: Mapping[str, str],
) -> dict[str, Any]:
    """Write ``network`` in float16 to ``out``, and what a card needs beside it as ``.json``.

    ``arguments`` rebuild the network (``Trainable.describe()``); ``card`` is added to
    the metadata and the table: ``id`` (the architecture or the model), ``trained_on``. Buffers
    that hold integers keep their type. Returns the JSON table: file, size, sha256, params, labels,
    images, and ``card``. Raises DataError where a value does not fit float16.
    """
    tensors = {name: _half(name, value) for name, value in network.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "network": json.dumps(dict(arguments)),
        "recipe": json.dumps(dataclasses.asdict(recipe)),
        "images": str(images),
        "created": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        **card,
    }
    data = save(tensors, metadata=metadata)
    table = {
        "file": out.name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "params": sum(p.numel() for p in network.parameters()),
        "labels": list(labels),
        "images": images,
        **card,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    _replace(out, data)
    text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    _replace(out.with_suffix(".json"), text.encode())
    return table


def _half(name: str, value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    if not value.is_floating_point():
        return value
    half = value.half()
    if not half.isfinite().all():
        raise DataError(f"{name} holds values that float16 cannot; train with a lower rate")
    return half


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
