"""The sets of pictures that ``quality.py`` measures: of models, of files, and its anchors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from variants import parse

import zoo
from zoo.data.pack import Pictures
from zoo.errors import DataError, UsageError
from zoo.evaluation.sampling import Labels, proportional_rows
from zoo.plugins import plugin_manager
from zoo.request import Request
from zoo.running import final_pixels
from zoo.scaling import to_pixels
from zoo.training.planning import find_recipe
from zoo.training.trainable import Draws

BATCH = 50


@dataclass(frozen=True)
class Samples:
    """Pictures uint8 (N, H, W, 3), and the data's label that each was asked for, int64 (N,); None
    where the model takes no labels. ``about`` is empty for anchors."""

    name: str
    x: NDArray[np.uint8]
    y: Labels | None
    about: Mapping[str, Any]


def of_model(asked: str, data: Pictures, labels: Labels, seed: int) -> Samples:
    """Of a model (:func:`variants.parse`), at its native size, without scaling or marks: picture i
    of ``seed``."""
    name, options = parse(asked)
    model = zoo.load(name)
    card = model.card
    if card.size != (data.size, data.size):
        raise UsageError(f"{name} makes {card.size}, the data has {data.size} x {data.size}")
    checked = card.check_options(options)
    known = [card.find_label(label) for label in data.names] if card.labels else []

    def make(rows: range) -> NDArray[np.uint8]:
        chosen = tuple(known[label] for label in labels[rows.start : rows.stop]) if known else ()
        return final_pixels(model, Request(seed, tuple(rows), card.size, chosen, options=checked))

    x = _stack(asked, make, len(labels))
    about = {"id": card.id, "params": card.params, "weights": model.weights, "options": checked}
    return Samples(asked, x, labels if known else None, about)


def of_file(name: str, path: Path, data: Pictures) -> Samples:
    """Of a file, .npz or .safetensors: x uint8 (N, H, W, 3) and, where asked for, labels y (N,)."""
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                table = {key: archive[key] for key in archive.files}
        else:
            table = load_file(path)
        x, y = table["x"], table.get("y")
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise DataError(
            f"{path}: expected arrays x and y in .npz or .safetensors ({error})"
        ) from None
    if x.dtype != np.uint8 or x.shape[1:] != (data.size, data.size, 3):
        raise DataError(
            f"{path}: x is {x.dtype} {x.shape}; expected uint8 (N, {data.size}, {data.size}, 3)"
        )
    if y is not None:
        most = max(1, len(data.names)) - 1
        if y.shape != x.shape[:1] or y.dtype.kind not in "iu" or ((y < 0) | (y > most)).any():
            raise DataError(
                f"{path}: y is {y.dtype} {y.shape}; expected {len(x)} labels from 0 to {most}"
            )
    return Samples(name, x, y, {"file": path.name})


def of_train(data: Pictures, reference: Labels, n: int, seed: int) -> Samples:
    """The floor: pictures of the train split, labels in the test split's proportions."""
    rows = proportional_rows(data.labels.numpy(), reference, n, seed=seed)
    x = data.pixels[torch.from_numpy(np.sort(rows))].permute(0, 2, 3, 1).numpy()
    return Samples("train pictures", x, data.labels.numpy()[np.sort(rows)], {})


def of_untrained(recipe: str, data: Pictures, labels: Labels, seed: int) -> Samples:
    """The ceiling: a network of a recipe with the weights that training starts from."""
    trainer, found = find_recipe(recipe, plugin_manager().trainers())
    torch.manual_seed(seed)
    trainable = trainer.build(max(1, len(data.names)), data.size, found.model)
    network = trainable.networks["model"].eval()
    rng = torch.Generator().manual_seed(seed)

    @torch.inference_mode()
    def make(rows: range) -> NDArray[np.uint8]:
        asked = torch.from_numpy(labels[rows.start : rows.stop])
        pictures = trainable.sample(network, asked, Draws(rng, len(rows)))
        if pictures is None:
            raise UsageError(f"the recipe {recipe!r} makes no pictures; name one of a generator")
        return to_pixels(pictures)

    name = f"untrained {recipe}"
    return Samples(name, _stack(name, make, len(labels)), labels, {})


def _stack(name: str, make: Callable[[range], NDArray[np.uint8]], n: int) -> NDArray[np.uint8]:
    return np.concatenate([make(rows) for rows in _batches(name, n)])


def _batches(name: str, n: int) -> Iterator[range]:
    """Rows of each batch; says how far it is."""
    for start in range(0, n, BATCH):
        if start % 1000 == 0:
            print(f"{name}: {start:,} of {n:,} samples", file=sys.stderr, flush=True)
        yield range(start, min(start + BATCH, n))
