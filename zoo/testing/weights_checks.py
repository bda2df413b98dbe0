"""The clause that weights are loaded strictly: another network's are refused, not half used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

import torch
from torch import Tensor

from zoo.boundary import contained
from zoo.factories import import_factory
from zoo.origin import generator_of
from zoo.safetensor import VerifiedFile

from .bench import Bench
from .contract import Check, NotTriedError

MOST_BYTES = 512 * 2**20
"""Of a file that is written anew with a tensor changed."""

Tensors: TypeAlias = dict[str, Tensor]


def strictness(bench: Bench) -> Iterator[Check]:
    """Of each weights file: with a tensor less, one more, and one of another shape."""
    changes: dict[str, Callable[[Tensors], Tensors]] = {
        "a tensor missing": _without_one,
        "a tensor too many": lambda tensors: {**tensors, "zoo_testing.extra": torch.zeros(3)},
        "a tensor of another shape": _misshapen,
    }
    for place, weights in enumerate(bench.card.weights):
        for name, change in changes.items():
            yield Check(
                f"it refuses {weights.file.rpartition('/')[2]} with {name}",
                lambda place=place, change=change: _accepts(bench, place, change),  # type: ignore[misc]
            )


def _accepts(bench: Bench, place: int, change: Callable[[Tensors], Tensors]) -> str | None:
    from safetensors.torch import save

    card = bench.card
    if card.weights[place].size > MOST_BYTES:
        raise NotTriedError(f"the file has more than {MOST_BYTES // 2**20} MiB")
    files = [weights.read() for weights in card.weights]
    data = save(change(files[place].tensors()), files[place].metadata())
    files[place] = VerifiedFile(files[place].name, hashlib.sha256(data).hexdigest(), data)
    who, model = generator_of(card), bench.model
    build = import_factory(card.factory, who)
    try:
        with contained(who, builds=True):
            build(tuple(files), model.device, model.dtype)
    except Exception:  # noqa: BLE001 - whatever it raises, it refuses
        return None
    return "they were accepted; zoo.safetensor.load_state(network, file) is strict"


def _without_one(tensors: Tensors) -> Tensors:
    last = max(tensors)
    return {name: tensor for name, tensor in tensors.items() if name != last}


def _misshapen(tensors: Tensors) -> Tensors:
    last = max(tensors)
    return {**tensors, last: tensors[last][None].contiguous()}
